// The mail server goes away and comes back; the power is cut while letters wait. Nothing is lost, and nobody is stuck.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, enrol, keyHolder, mailedMember, somebody } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { METHOD } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { until } from "../lib/wait.mjs";

const DOWN = /Our mail server cannot be reached at the moment.* can try another way/;
const here = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key" });

test("a mail server that is down: told kindly, other methods work, and the letter comes when it is back", async (t) => {
  const mara = await keyHolder(here.server);
  const phone = await enrol(here.server, mara.client);
  const withKey = await keyHolder(here.server);
  const portal = await here.visitor();
  await here.mail.down();

  await t.test("the page says so, and what to do", async () => {
    await portal.firstStep(withKey);
    await portal.isAt(routes.secondStep);
    await tellsOfIt(portal);
    await portal.link("Try another way").waitFor();
  });

  await t.test("the authenticator opens the account", async () => {
    const other = await here.visitor();
    await other.firstStep(mara);
    await other.isAt(routes.secondStep);
    // Of two ways the stronger comes first; whoever prefers the letter sees that it may take a while.
    await other.goAnotherWay(METHOD.email);
    await tellsOfIt(other);
    await other.goAnotherWay(METHOD.authenticator);
    await other.enterCode(await phone.shown());
    await other.isAt(routes.account);
    await here.leave(other);
  });

  await t.test("and so does the recovery key", async () => {
    const other = await here.visitor();
    await other.firstStep(withKey);
    await other.isAt(routes.secondStep);
    await other.goAnotherWay(METHOD.recoveryKey);
    await other.enterKey(withKey.key);
    await other.isAt(routes.recoveryKey);
    await here.leave(other);
  });

  await t.test("the code that waited arrives and is taken", async () => {
    const last = await here.visitor();
    await last.firstStep(mara);
    await last.isAt(routes.secondStep);
    await last.goAnotherWay(METHOD.email);
    const reference = await last.reference();
    await here.mail.up();
    const code = await here.mail.codeFor(mara.email, { says: reference, within: 40_000 });
    await last.page.reload();
    await last.enterCode(code);
    await last.isAt(routes.account);
    await here.leave(last);
  });
  await here.leave(portal);
});

test("letters that wait survive kill -9 and go out after the next start", async () => {
  const mara = await mailedMember(here.server);
  await here.mail.down();
  const waiting = await atSecondStep(here.server.url, mara);
  const newcomer = somebody();
  const asked = await new Client(here.server.url).submit(routes.signUp, {
    email: newcomer.email, display_name: newcomer.name, password: newcomer.password,
  });
  assert.ok(asked.status < 400, "whoever signs up meanwhile is not turned away");
  await here.server.kill9();
  await here.mail.up();
  await here.server.again();
  const code = await here.mail.codeFor(mara.email, { within: 90_000 });
  assert.equal((await answerSecondStep(waiting, code)).status, 303);
  assert.ok(await waiting.isSignedIn(), "the challenge from before takes the code that waited");
  await here.mail.letterTo(newcomer.email, SUBJECT.signUp, { within: 90_000 });
});

/** As soon as the letter was tried, the page that waits for it says what is the matter. */
function tellsOfIt(portal) {
  return until("the page tells of the mail server", async () => {
    await portal.page.reload();
    return DOWN.test(await portal.mailNews());
  });
}
