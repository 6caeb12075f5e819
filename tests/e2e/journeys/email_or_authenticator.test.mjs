// The preset `email-or-authenticator`, row by row as the mission's table has it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { member } from "../lib/accounts.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { Phone } from "../lib/oath.mjs";
import { readQrImage } from "../lib/qr.mjs";
import { METHOD } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "email-or-authenticator" });

test("EXC-1 … EXC-7 one of two, never both", async (t) => {
  const mara = await member(here.server);
  const portal = await here.visitor(mara.client);
  const { page } = portal;
  let phone;

  await t.test("EXC-1 a code by e-mail at sign-in, and an authenticator app", async () => {
    await portal.open(routes.security);
    await portal.enable(METHOD.authenticator).waitFor();
    await portal.enable(METHOD.email).click();
    await portal.sendCodeButton.click();
    await portal.isAt(routes.secondStep);
    await portal.enterCode(await portal.mailedCode(here.mail, mara.email));
    await portal.isAt(routes.enrolmentDone);
    await here.mail.letterTo(mara.email, SUBJECT.methodAdded);
    await portal.signOut();
    await portal.firstStep(mara);
    await portal.isAt(routes.secondStep);
    await portal.says(/m•••@e•••\.test/);
    await portal.open(routes.account);
    await portal.isAt(routes.signIn);
    await portal.open(routes.secondStep);
    await portal.enterCode(await portal.mailedCode(here.mail, mara.email));
    await portal.isAt(routes.account);
  });

  await t.test("EXC-2 they exclude each other, and the page says so beforehand", async () => {
    await portal.open(routes.security);
    await portal.enable(METHOD.authenticator).click();
    await portal.isAt(routes.setUpBefore);
    await portal.says(/Codes by e-mail will be switched off/);
  });

  await t.test("EXC-3 the tab Security has the options, each with its button", async () => {
    await portal.open(routes.account);
    await portal.link("Security").click();
    await portal.isAt(routes.security);
    await portal.enable(METHOD.authenticator).waitFor();
    await portal.disable(METHOD.email).waitFor();
  });

  await t.test("EXC-4 Enable asks before a key is made", async () => {
    await portal.enable(METHOD.authenticator).click();
    await portal.isAt(routes.setUpBefore);
    assert.equal(await portal.qr.count(), 0);
    assert.equal((await page.request.get(routes.setUp, { maxRedirects: 0 })).status(), 303, "there is no key yet");
    await portal.showQr.click();
    await portal.isAt(routes.setUp);
  });

  await t.test("EXC-5 the QR code is an image to keep, and the key stands below it", async () => {
    phone = await portal.scan();
    here.server.neverLogs(phone.secret);
    assert.ok(await page.locator("#key").isVisible(), "the key is there without asking");
    assert.equal(await portal.keyText(), phone.secret);
    const picture = await savedPicture(portal);
    assert.equal(Phone.scan(await readQrImage(picture)).secret, phone.secret);
  });

  await t.test("EXC-6 the code goes into the same window, with Validate, and a timer runs for both", async () => {
    const words = await portal.words();
    assert.match(words, /New code in \d{1,2} s/);
    assert.match(words, /\d+ (minutes|seconds) left for this set-up/);
    await portal.code.fill(await phone.wrong());
    await portal.deviceName.fill("Phone");
    await portal.button("Validate").click();
    await portal.alert.waitFor();
    assert.equal((await portal.scan()).secret, phone.secret, "the same window, the same code");
    await portal.code.fill(await phone.slow());
    await portal.deviceName.fill("Phone");
    await portal.button("Validate").click();
    await portal.isAt(routes.lastShowing);
  });

  await t.test("EXC-7 the last showing, in this browser only, ends with Download and never comes back", async () => {
    await portal.says(/not be shown again/i);
    assert.equal((await portal.scan()).secret, phone.secret);
    assert.equal(await portal.keyText(), phone.secret);
    await portal.button("Accept").waitFor();
    const stranger = await here.visitor();
    await stranger.open(routes.lastShowing);
    await stranger.isAt(routes.signIn);
    await here.leave(stranger);
    const picture = await savedPicture(portal);
    assert.equal(Phone.scan(await readQrImage(picture)).secret, phone.secret);
    await assertKeyIsGone(portal, phone);
  });

  await t.test("EXC-2 the app has taken the place of e-mail codes; without it they can be enabled again", async () => {
    await here.mail.letterTo(mara.email, SUBJECT.methodAdded);
    await portal.open(routes.security);
    assert.equal(await portal.disable(METHOD.email).count(), 0);
    assert.equal(await portal.enable(METHOD.email).count(), 0, "while the app is on it cannot be enabled");
    await portal.signOut();
    await portal.firstStep(mara);
    await portal.isAt(routes.secondStep);
    await portal.anotherWay.click();
    assert.equal(await portal.way(METHOD.email).count(), 0);
    await portal.open(routes.secondStep);
    await portal.enterCode(await phone.shown());
    await portal.isAt(routes.account);

    await portal.startRemoval("Phone");
    await portal.enterCode(await phone.fresh());
    await portal.isAt(routes.security);
    await portal.enable(METHOD.email).waitFor();
  });
  await here.leave(portal);
});

test("EXC-7 Accept ends the showing too", async () => {
  const mara = await member(here.server);
  const portal = await here.visitor(mara.client);
  await portal.startSetUp();
  const phone = await portal.scan();
  await portal.code.fill(await phone.slow());
  await portal.deviceName.fill("Phone");
  await portal.button("Validate").click();
  await portal.isAt(routes.lastShowing);
  await portal.page.reload();
  assert.equal(await portal.keyText(), phone.secret, "loading the page again does not end it");
  await portal.button("Accept").click();
  await portal.isAt(routes.setUpDone);
  await assertKeyIsGone(portal, phone);
  await here.leave(portal);
});

async function savedPicture(portal) {
  const [download] = await Promise.all([portal.page.waitForEvent("download"), portal.button("Download").click()]);
  return readFile(await download.path());
}

/** Where the API told the key while it could be seen. */
const KEY_OVER = [
  "/api/v1/authenticators/pending", "/api/v1/authenticators/pending/qr", "/api/v1/authenticators/last-showing",
];

/** What the API does not tell whoever is a member and past the second step. */
const NOT_FOR_MEMBERS = { "/api/v1/second-step": 401, "/api/v1/second-step/wait": 401 };
/** What is the staff's. */
const STAFFS = /^\/api\/v1\/(mail|support|organisation)\b/;

/** No page and no path of the API tells the key any more. */
async function assertKeyIsGone(portal, phone) {
  const { request } = portal.page;
  const pages = [
    routes.lastShowing, routes.setUp, routes.setUpBefore, routes.setUpDone, routes.security, routes.activity,
  ];
  const api = Object.entries((await (await request.get(routes.openApi)).json()).paths)
    .filter(([path, operations]) => operations.get && !path.includes("{"))
    .map(([path]) => path);
  for (const path of KEY_OVER) assert.ok(api.includes(path), `the API has ${path} no more, so this asks nothing`);
  for (const path of [...pages, ...api]) {
    const answer = await request.get(path);
    assert.equal(answer.status(), KEY_OVER.includes(path) ? 404 : NOT_FOR_MEMBERS[path] ?? (STAFFS.test(path) ? 403 : 200), path);
    const body = (await answer.text()).replace(/<[^>]+>|\s/g, "");
    assert.ok(!body.includes(phone.secret), `EXC-7: ${path} tells the key`);
    assert.doesNotMatch(body, /otpauth:/, path);
  }
  for (const path of [routes.setUpQr, routes.lastShowingDownload]) {
    const csrf = await portal.csrf();
    const answer = await request.post(path, { form: { csrf }, headers: { origin: here.server.url } });
    assert.equal(answer.status(), 404, path);
    assert.doesNotMatch(answer.headers()["content-type"] ?? "", /image/, `EXC-7: ${path} draws it`);
  }
}
