// What the owner is told by letter, and what "this was not me" does.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerSecondStep, atSecondStep, enrol, mailedCode, mailedMember, member, passFirstStep, scan,
} from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT, notMeIn } from "../lib/mail.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key" });

async function signIn(client, account) {
  await passFirstStep(client, account);
  await answerSecondStep(client, await mailedCode(here.server, client, account.email));
  assert.ok(await client.isSignedIn());
}

test("ALL-3 a new browser is told once, with when, where from and with what", async () => {
  const mara = await mailedMember(here.server);
  const client = new Client(here.server.url, { headers: { "x-forwarded-for": "203.0.113.77", "user-agent": FIREFOX } });
  await signIn(client, mara);
  const letter = await here.mail.letterTo(mara.email, SUBJECT.newBrowser);
  assert.match(letter.words, /203\.0\.113\.77/);
  assert.match(letter.words, /Firefox.* Linux/);
  assert.match(letter.words, /\d{1,2} \w+ 20\d\d, \d{2}:\d{2}/);
  await client.submit(routes.account, {}, routes.signOut);
  await signIn(client, mara);
  const told = (await here.mail.unread(mara.email)).filter(({ subject }) => SUBJECT.newBrowser.test(subject));
  assert.equal(told.length, 0, "a browser that is known is not told of again");
});

test("ALL-3 wrong second steps after the right password are told in one letter an hour", async () => {
  const mara = await mailedMember(here.server);
  for (let round = 0; round < 2; round += 1) {
    const stranger = await atSecondStep(here.server.url, mara);
    const code = await mailedCode(here.server, stranger, mara.email);
    const wrong = code === "000000" ? "000001" : "000000";
    assert.equal((await answerSecondStep(stranger, wrong)).status, 401);
  }
  const letter = await here.mail.letterTo(mara.email, SUBJECT.wrongSecondStep);
  assert.match(letter.words, /did not let them in/);
  // A letter that comes after them proves that no second one was on its way.
  await enrol(here.server, mara.client);
  await here.mail.letterTo(mara.email, SUBJECT.methodAdded, { says: "First phone" });
  const more = (await here.mail.unread(mara.email)).filter(({ subject }) => SUBJECT.wrongSecondStep.test(subject));
  assert.equal(more.length, 0);
});

test("ALL-3 ALL-4 this was not me: everything ends, and changes wait for a new password", async () => {
  const mara = await mailedMember(here.server);
  const thief = new Client(here.server.url);
  await signIn(thief, mara);
  const letter = await here.mail.letterTo(mara.email, SUBJECT.newBrowser);

  await scan(here.server, notMeIn(letter));
  assert.ok(await thief.isSignedIn(), "looking at the link does nothing");

  const portal = await here.visitor();
  await portal.followLink(notMeIn(letter));
  await portal.notMeButton.click();
  await portal.says(/every session has ended/i);
  assert.equal(await thief.isSignedIn(), false);
  assert.equal(await mara.client.isSignedIn(), false);
  await here.mail.letterTo(mara.email, SUBJECT.secured);

  // Whoever still has the old password may come in, and change nothing.
  const again = new Client(here.server.url);
  await signIn(again, mara);
  const refused = await again.submit(routes.security, {}, routes.setUpStart);
  assert.equal(refused.status, 403);
  assert.match(refused.words, /Changes are locked to protect your account\..* set a new password/);

  const password = `${mara.password}-renewed`;
  here.server.neverLogs(password);
  await portal.newPassword.fill(password);
  await portal.savePasswordButton.click();
  await portal.isAt(routes.secondStep);
  assert.equal(await again.isSignedIn(), false);
  await here.leave(portal);
});

test("ALL-3 a device that comes, changes its name and goes is told of each time", async () => {
  const mara = await member(here.server);
  const phone = await enrol(here.server, mara.client, "Phone");
  const added = await here.mail.letterTo(mara.email, SUBJECT.methodAdded);
  assert.match(added.words, /Phone/);
  assert.ok(notMeIn(added));
  const portal = await here.visitor(mara.client);
  await portal.open(routes.security);
  await portal.renameLink("Phone").click();
  await portal.deviceName.fill("Old phone");
  await portal.button("Save").click();
  await portal.notice.waitFor();
  await here.mail.letterTo(mara.email, SUBJECT.renamed, { says: "Old phone" });
  await portal.startRemoval("Old phone");
  await portal.enterCode(await phone.shown());
  await portal.isAt(routes.security);
  await here.mail.letterTo(mara.email, SUBJECT.methodRemoved, { says: "Old phone" });
  await here.leave(portal);
});

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
