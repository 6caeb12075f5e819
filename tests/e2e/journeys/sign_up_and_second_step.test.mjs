// The whole way once, as a person goes it: sign up, sign in, add an authenticator, sign out, and get in
// again only with password and code.
import assert from "node:assert/strict";
import { test } from "node:test";
import { somebody } from "../lib/accounts.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true });

test("APP-1 APP-2 APP-3 APP-4 MSG-4 from signing up to password and code", async (t) => {
  const mara = somebody();
  const context = await here.newPerson();
  const page = await context.newPage();
  const portal = new Portal(page);
  let phone;

  await t.test("signing up and in", async () => {
    here.server.neverLogs(mara.password);
    await portal.signUp(mara);
    await portal.says("Almost there");
    await portal.signInWithout(mara);
  });

  await t.test("APP-2 the row with its button starts the set-up", async () => {
    await portal.open(routes.account);
    await portal.link("Security").click();
    await portal.isAt(routes.security);
    await portal.says("Two-factor authentication");
    await portal.setUpGear.click();
    await portal.isAt(routes.setUpBefore);
    await portal.showQr.click();
    await portal.isAt(routes.setUp);
  });

  await t.test("APP-3 the QR code on the screen holds the key that the page spells", async () => {
    phone = await portal.scan();
    here.server.neverLogs(phone.secret);
    assert.equal(await portal.keyText(), phone.secret);
    const label = decodeURIComponent(phone.uri.pathname);
    assert.ok(label.endsWith(`:${mara.email}`), label);
    assert.ok(phone.uri.searchParams.get("issuer"), "the app shows who the code is for");
    assert.equal(phone.uri.searchParams.get("digits") ?? "6", "6");
    assert.equal(phone.uri.searchParams.get("period") ?? "30", "30");
  });

  await t.test("APP-4 nothing is active before the set-up is complete", async () => {
    const other = await here.newPerson();
    const elsewhere = new Portal(await other.newPage());
    await elsewhere.firstStep(mara);
    await elsewhere.isAt(routes.account);
    await other.close();
  });

  await t.test("APP-4 MSG-4 code and device name complete the activation", async () => {
    await portal.completeSetUp(await phone.slow(), "Philipp iPhone");
    await portal.says("Your second step is on");
    await portal.open(routes.security);
    await portal.device("Philipp iPhone").waitFor();
    await portal.signOut();
  });

  await t.test("APP-1 the password alone opens nothing any more", async () => {
    await portal.firstStep(mara);
    await portal.isAt(routes.secondStep);
    await portal.open(routes.account);
    assert.notEqual(new URL(page.url()).pathname, routes.account);
    await portal.open(routes.secondStep);
  });

  await t.test("APP-1 the right code opens the account", async () => {
    await portal.enterCode(await phone.shown());
    await portal.isAt(routes.account);
  });

  assertQuiet(context);
  await context.close();
});
