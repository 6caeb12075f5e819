// Signing up where letters go out: the address is shown to be its owner's before there is an account.
import assert from "node:assert/strict";
import { test } from "node:test";
import { member, scan, somebody } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { METHOD } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key" });

test("KEY-1 the letter's link makes the account, with the address confirmed, and signs in", async () => {
  const mara = somebody();
  here.server.neverLogs(mara.password);
  const portal = await here.visitor();
  await portal.signUp(mara);
  await portal.says(/We have written to this e-mail address/);
  await portal.firstStep(mara);
  await portal.alert.waitFor();
  await portal.followLink(await here.mail.linkFor(mara.email, SUBJECT.signUp));
  await portal.says(mara.email);
  await portal.password.fill("not-what-was-chosen-at-all");
  await portal.createAccountButton.click();
  await portal.says(/This is not the password that was chosen/);
  await portal.password.fill(mara.password);
  await portal.createAccountButton.click();
  await portal.isAt(routes.enrolment);
  await portal.notNow();
  await portal.open(routes.security);
  await portal.enable(METHOD.email).waitFor();
  await here.leave(portal);
});

test("nobody learns whose address is taken: its owner gets a letter, and nothing changes", async () => {
  const mara = await member(here.server);
  const answers = [];
  for (const email of [mara.email, somebody().email]) {
    const client = new Client(here.server.url);
    const fields = { email, display_name: "Somebody Else", password: "amber-orchard-of-somebody-else" };
    const asked = await client.submit(routes.signUp, fields);
    answers.push({ status: asked.status, location: asked.location, words: asked.words });
  }
  assert.deepEqual(answers[0], answers[1]);
  const letter = await here.mail.letterTo(mara.email, SUBJECT.taken);
  assert.doesNotMatch(letter.text, /Somebody Else/, "a stranger's words are not carried to the owner");
  assert.ok(await mara.client.isSignedIn());
});

test("a mail scanner makes no account, and a link makes one", async () => {
  const mara = somebody();
  await new Client(here.server.url).submit(routes.signUp, {
    email: mara.email, display_name: mara.name, password: mara.password,
  });
  const link = await here.mail.linkFor(mara.email, SUBJECT.signUp);
  await scan(here.server, link);
  const early = await new Client(here.server.url).submit(routes.signIn, { email: mara.email, password: mara.password });
  assert.notEqual(early.status, 303, "there is no account yet");
  const [first, second] = [new Client(here.server.url), new Client(here.server.url)];
  for (const each of [first, second]) await each.get(link);
  await first.submit(routes.link, { password: mara.password });
  assert.ok(await first.isSignedIn());
  assert.equal((await second.get(routes.link)).status, 410);
});
