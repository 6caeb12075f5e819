// KEY-10: whoever signs in without a second step meets the set-up first: offered, with a grace period, or required.
import assert from "node:assert/strict";
import { test } from "node:test";
import { member, passFirstStep, somebody, staff, unconfirmedMember } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { boxed, setPolicy } from "../lib/policy.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key", turned: true, prepare });
let ada;
async function prepare({ server }) {
  ada = await staff(server, "administrator");
}

const WITH_APP = "Enable with authenticator app";
const WITH_MAIL = "Enable with codes by e-mail";
const DAY = 24 * 3_600_000;
/** What must not answer before a required set-up is done. */
const INSIDE = [
  routes.account, routes.profile, routes.security, routes.sessions, routes.activity, routes.apiTokens, routes.password,
];

test("KEY-10 required: choice, QR code, six digits, recovery key, confirmation, continue", async (t) => {
  await setPolicy(ada, { second_step: "required" });
  const ivo = await unconfirmedMember(here.server);
  await ivo.client.submit(routes.enrolment, {}, routes.signOut);
  const portal = await here.visitor();
  let phone;

  await t.test("KEY-10 the sign-in leads to the set-up, and there is no Not now", async () => {
    await portal.firstStep(ivo);
    await portal.isAt(routes.enrolment);
    assert.equal(await portal.button("Not now").count(), 0);
    for (const path of INSIDE) {
      await portal.open(path);
      await portal.isAt(routes.enrolment);
    }
  });

  await t.test("KEY-10 KEY-1 it begins with confirming the address", async () => {
    await portal.open(routes.enrolment);
    await portal.says(ivo.email);
    await portal.button("Verify now").click();
    await portal.notice.waitFor();
    await portal.followLink(await here.mail.linkFor(ivo.email, SUBJECT.confirmAddress));
    await portal.confirmAddressButton.click();
    await portal.says("Your address is confirmed");
  });

  await t.test("KEY-10 then a method is chosen, and the app is set up", async () => {
    await portal.open(routes.enrolment);
    await portal.page.getByRole("radio", { name: WITH_MAIL }).waitFor();
    await portal.page.getByRole("radio", { name: WITH_APP }).check();
    await portal.button("Continue").click();
    await portal.isAt(routes.setUp);
    phone = await portal.scan();
    // An old tab, a download and a form of another page get no further either.
    await portal.open(routes.sessions);
    await portal.isAt(routes.enrolment);
    await portal.open(routes.setUp);
    await portal.code.fill(await phone.slow());
    await portal.deviceName.fill("Phone");
    await portal.button("Verify").click();
    await portal.isAt(routes.recoveryKey);
  });

  await t.test("KEY-10 KEY-4 then the recovery key is made and shown to be saved", async () => {
    await portal.makeKeyButton.click();
    const key = await portal.shownKey();
    here.server.neverLogs(key);
    await portal.typeGroups(await portal.askedGroups(key));
    await portal.isAt(routes.enrolmentDone);
    await portal.says("Two-factor authentication is on");
    await portal.says("Your recovery key is saved");
    await portal.link("Continue").click();
    await portal.isAt(routes.account);
  });

  await t.test("KEY-10 from then on the code is asked for, and nothing has to be set up", async () => {
    await portal.signOut();
    await portal.signIn(ivo, await phone.shown());
    await portal.says("Your account is protected");
  });
  await here.leave(portal);
});

test("KEY-10 required: codes by e-mail will do where the policy lets them", async () => {
  await setPolicy(ada, { second_step: "required" });
  const mara = await member(here.server);
  const portal = await here.visitor(mara.client);
  await portal.open(routes.account);
  await portal.isAt(routes.enrolment);
  await portal.page.getByRole("radio", { name: WITH_MAIL }).check();
  await portal.button("Continue").click();
  await portal.isAt(routes.emailCodes);
  await portal.sendCodeButton.click();
  await portal.isAt(routes.secondStep);
  await portal.enterCode(await portal.mailedCode(here.mail, mara.email));
  await portal.isAt(routes.recoveryKey);
  await portal.makeKeyButton.click();
  const key = await portal.shownKey();
  await portal.typeGroups(await portal.askedGroups(key));
  await portal.isAt(routes.enrolmentDone);
  await portal.says("Two-factor authentication is on");
  await here.leave(portal);
});

test("KEY-10 ALL-9 required: neither pages, downloads nor the API answer before it is done", async () => {
  await setPolicy(ada, { second_step: "offered" });
  const mara = await member(here.server);
  const old = new Client(here.server.url);
  old.cookies = new Map(mara.client.cookies);
  assert.ok(await old.isSignedIn(), "while it is only offered everything answers");
  const before = await old.get(routes.profile);
  await setPolicy(ada, { second_step: "required" });
  for (const path of [...INSIDE, routes.admin, routes.desk]) {
    const answer = await old.get(path);
    assert.ok([303, 403].includes(answer.status), `${path} answered ${answer.status}`);
    if (answer.status === 303) assert.ok(answer.location.startsWith(routes.enrolment), `${path} leads to ${answer.location}`);
  }
  const csrf = before.body.match(/name="csrf"[^>]*value="([^"]*)"/)[1];
  const form = await old.post(routes.profile, { csrf, display_name: "From an old tab", language: "en" });
  assert.ok(form.location?.startsWith(routes.enrolment), `an old tab's form leads to ${form.location ?? form.status}`);
  const file = await old.post(routes.recoveryKeyFile, { csrf });
  assert.notEqual(file.status, 200, "nothing is downloaded");
  const api = await old.get("/api/v1/sessions", { accept: "application/json" });
  assert.ok([401, 403].includes(api.status), `the API answered ${api.status}`);
});

test("KEY-10 offered: Not now leads on, and is remembered", async () => {
  await setPolicy(ada, { second_step: "offered" });
  const person = somebody();
  const mara = await member(here.server, person);
  const portal = await here.visitor();
  await portal.firstStep(mara);
  await portal.isAt(routes.enrolment);
  await portal.says("We ask again in 30 days");
  await portal.notNow();
  await portal.signOut();
  await portal.firstStep(mara);
  await portal.isAt(routes.account);
  // It can be done at any time all the same.
  await portal.open(routes.enrolment);
  await portal.page.getByRole("radio", { name: WITH_APP }).check();
  await portal.button("Continue").click();
  await portal.isAt(routes.setUp);
  await here.leave(portal);
});

test("KEY-10 grace: it can be put off until the day, which the page and a letter name", async () => {
  const day = new Date(here.server.clock.now() + 3 * DAY);
  await setPolicy(ada, { second_step: "required", required_from: boxed(day) });
  const mara = await member(here.server);
  const portal = await here.visitor();
  await portal.firstStep(mara);
  await portal.isAt(routes.enrolment);
  const words = await portal.words();
  const date = `${day.getUTCDate()} ${day.toLocaleString("en-GB", { month: "long", timeZone: "UTC" })} ${day.getUTCFullYear()}`;
  assert.ok(words.includes(date), `the page names ${date}: ${words}`);
  await portal.notNow();
  await portal.signOut();
  await portal.firstStep(mara);
  await portal.isAt(routes.enrolment);
  await portal.notNow();
  // The worker looks round at its start, and then every so often.
  await here.server.halt();
  await here.server.again();
  await here.mail.letterTo(mara.email, SUBJECT.enrolmentReminder, { within: 60_000 });

  await here.server.clock.turn(3 * DAY);
  await portal.open(routes.account);
  await portal.signInAgain(mara);
  await portal.isAt(routes.enrolment);
  assert.equal(await portal.button("Not now").count(), 0, "the day has come");
  await portal.open(routes.security);
  await portal.isAt(routes.enrolment);
  await here.leave(portal);
  // A session of its own age: the administrator signs in again for what follows.
  ada = await staff(here.server, "administrator");
  await setPolicy(ada, { required_from: "" });
});

test("KEY-10 what the policy says now counts, not what it said at sign-in", async () => {
  await setPolicy(ada, { second_step: "off" });
  const mara = await member(here.server);
  const browser = new Client(here.server.url);
  await passFirstStep(browser, mara);
  assert.ok(await browser.isSignedIn());
  await setPolicy(ada, { second_step: "required" });
  assert.equal(await browser.isSignedIn(), false, "with the next request");
  await setPolicy(ada, { second_step: "off" });
  assert.ok(await browser.isSignedIn());
});
