// A forgotten password: a letter helps, and never goes round the second step.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerSecondStep, atSecondStep, keyHolder, mailedCode, mailedMember, passFirstStep, scan, somebody,
} from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { METHOD } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key" });

/** Asks for the letter and returns its link. */
async function resetLink(email) {
  const asked = await new Client(here.server.url).submit(routes.forgotPassword, { email });
  assert.ok(asked.status < 400, asked.words);
  return here.mail.linkFor(email, SUBJECT.reset);
}

test("nobody learns from it which addresses have an account", async () => {
  const mara = await mailedMember(here.server);
  const answers = [];
  for (const email of [mara.email, somebody().email]) {
    const client = new Client(here.server.url);
    const asked = await client.submit(routes.forgotPassword, { email });
    const page = asked.location ? await client.get(asked.location) : asked;
    answers.push({ status: asked.status, location: asked.location, words: page.words });
  }
  assert.deepEqual(answers[0], answers[1]);
  await here.mail.letterTo(mara.email, SUBJECT.reset);
});

test("ALL-4 ALL-9 in a new browser the mailed code waits for a day, told kindly, and the recovery key opens", async () => {
  const mara = await keyHolder(here.server);
  const portal = await here.visitor();
  await portal.open(routes.signIn);
  await portal.forgotLink.click();
  await portal.isAt(routes.forgotPassword);
  await portal.email.fill(mara.email);
  await portal.sendLinkButton.click();
  await portal.says("Look at your e-mail");

  await portal.followLink(await here.mail.linkFor(mara.email, SUBJECT.reset));
  const password = `${mara.password}-renewed`;
  here.server.neverLogs(password);
  await portal.newPassword.fill(password);
  await portal.savePasswordButton.click();
  await portal.isAt(routes.secondStep);
  assert.equal(await mara.client.isSignedIn(), false, "ALL-4: the sessions of before have ended");
  await here.mail.letterTo(mara.email, SUBJECT.passwordReset);

  await portal.anotherWay.click();
  await portal.says(/Only after .*\d{2}:\d{2}.* because the password was reset by e-mail/);
  assert.equal(await portal.way(METHOD.email).count(), 0, "it is told, and cannot be chosen");
  await portal.backToCode.click();
  await portal.enterKey(mara.key);
  await portal.isAt(routes.recoveryKey);
  await here.leave(portal);
});

test("a browser that the account knows may use the mailed code after a reset", async () => {
  const mara = await mailedMember(here.server);
  const known = await atSecondStep(here.server.url, mara);
  await answerSecondStep(known, await mailedCode(here.server, known, mara.email));
  assert.ok(await known.isSignedIn());
  const portal = await here.visitor(known);
  await portal.followLink(await resetLink(mara.email));
  const password = `${mara.password}-renewed`;
  await portal.newPassword.fill(password);
  await portal.savePasswordButton.click();
  await portal.isAt(routes.secondStep);
  await portal.enterCode(await portal.mailedCode(here.mail, mara.email));
  await portal.isAt(routes.account);

  const stranger = await atSecondStep(here.server.url, { ...mara, password });
  const page = await stranger.get(routes.secondStep);
  assert.match(
    page.words,
    /Codes by e-mail have to wait until \d{1,2} \w+ 20\d\d, \d{2}:\d{2}.* because your password was reset by e-mail/,
    "in a new one it has to wait",
  );
  assert.doesNotMatch(page.body, /name="code"/, "and there is nothing to type");
  await here.leave(portal);
});

test("a mail scanner that opens the link spends nothing, and a person spends it once", async () => {
  const mara = await mailedMember(here.server);
  const link = await resetLink(mara.email);
  await scan(here.server, link);
  const password = `${mara.password}-renewed`;
  const [first, second] = [new Client(here.server.url), new Client(here.server.url)];
  for (const each of [first, second]) await each.get(link);
  assert.equal((await first.submit(routes.link, { password })).status, 303);
  assert.equal((await second.get(routes.link)).status, 410, "it is over for everybody else");
  await passFirstStep(new Client(here.server.url), { ...mara, password });
  const old = await new Client(here.server.url).submit(routes.signIn, { email: mara.email, password: mara.password });
  assert.notEqual(old.status, 303, "the old password is gone");
});

test("only the newest letter's link counts", async () => {
  const mara = await mailedMember(here.server);
  const [older, newer] = [await resetLink(mara.email), await resetLink(mara.email)];
  const client = new Client(here.server.url);
  await client.get(older);
  assert.equal((await client.get(routes.link)).status, 410);
  await client.get(newer);
  assert.equal((await client.get(routes.link)).status, 200);
});
