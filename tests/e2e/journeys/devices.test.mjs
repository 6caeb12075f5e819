// Several authenticators: added, named, renamed, removed; and what that does to other browsers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, enrol, member, protectedMember } from "../lib/accounts.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true });

async function signedIn(account) {
  const context = await here.newPerson();
  const portal = new Portal(await context.newPage());
  await portal.signIn(account, await account.phone.shown());
  return portal;
}

test("APP-5 a second device is added, renamed and used; each stands alone in the list", async () => {
  const account = await protectedMember(here.server);
  const portal = await signedIn(account);
  await portal.startSetUp();
  const tablet = await portal.scan();
  assert.notEqual(tablet.secret, account.phone.secret, "each device has a key of its own");
  await portal.completeSetUp(await tablet.slow(), "Tablet");
  await portal.open(routes.security);
  await portal.device("First phone").waitFor();
  assert.match(await portal.device("Tablet").innerText(), /Added .*Not used yet/s);

  await portal.renameLink("Tablet").click();
  await portal.deviceName.fill("Work tablet");
  await portal.button("Save").click();
  await portal.notice.waitFor();
  await portal.device("Work tablet").waitFor();

  await portal.signOut();
  await portal.signIn(account, await tablet.shown());
  await portal.open(routes.security);
  assert.match(await portal.device("Work tablet").innerText(), /Last used just now/);
  assertQuiet(portal.page.context());
  await portal.page.context().close();
});

test("APP-5 two devices of one account cannot have the same name", async () => {
  const account = await protectedMember(here.server);
  const portal = await signedIn(account);
  await portal.startSetUp();
  const tablet = await portal.scan();
  await portal.confirmSetUp(await tablet.slow(), "FIRST phone");
  await portal.alert.waitFor();
  assert.equal(await portal.deviceName.inputValue(), "FIRST phone", "what was typed stays");
  assert.equal(await portal.code.inputValue(), "", "a code does not");
  await portal.completeSetUp(await tablet.slow(), "Tablet");
  await portal.page.context().close();
});

test("ALL-4 APP-5 removing a device takes a fresh code of that very purpose", async () => {
  const account = await protectedMember(here.server);
  const portal = await signedIn(account);
  await portal.startSetUp();
  const tablet = await portal.scan();
  await portal.completeSetUp(await tablet.slow(), "Tablet");

  // The code of the sign-in a moment ago does not count; without a new one the device is still there.
  await portal.startRemoval("First phone");
  await portal.open(routes.security);
  await portal.device("First phone").waitFor();

  await portal.startRemoval("First phone");
  await portal.enterCode(await tablet.shown());
  await portal.isAt(routes.security);
  await portal.notice.waitFor();
  assert.equal(await portal.device("First phone").count(), 0);
  await portal.device("Tablet").waitFor();

  // The removed phone opens nothing any more.
  const elsewhere = await atSecondStep(here.server.url, account);
  await answerSecondStep(elsewhere, await account.phone.fresh());
  assert.equal(await elsewhere.isSignedIn(), false);
  await portal.page.context().close();
});

test("MSG-9 ALL-5 enabling the second step signs the other browsers out and keeps this one", async () => {
  const account = await member(here.server);
  const near = await here.newPerson();
  const far = await here.newPerson();
  const portal = new Portal(await near.newPage());
  const other = new Portal(await far.newPage());
  await portal.signInWithout(account);
  await other.firstStep(account);
  await other.isAt(routes.account);
  await portal.open(routes.setUpBefore);
  await portal.says(/your other 2 sessions will be signed out/i);
  await portal.startSetUp();
  const phone = await portal.scan();
  await portal.completeSetUp(await phone.slow(), "Phone");
  await portal.says(/your other 2 sessions were signed out/i);

  await other.open(routes.account);
  await other.isAt(routes.signIn);
  assert.equal(await account.client.isSignedIn(), false);
  await portal.open(routes.sessions);
  await portal.says("This browser");
  await portal.says("You are signed in nowhere else.");
  await near.close();
  await far.close();
});

test("ALL-5 one session is ended from the list, and then all others", async () => {
  const account = await protectedMember(here.server);
  const tablet = await enrol(here.server, account.client, "Tablet");
  const portal = await signedIn(account);
  const second = await atSecondStep(here.server.url, account);
  await answerSecondStep(second, await tablet.shown());
  assert.ok(await second.isSignedIn());

  await portal.open(routes.sessions);
  const rows = portal.page.locator("main").getByRole("listitem");
  assert.equal(await rows.count(), 3);
  assert.match(await rows.filter({ hasText: "This browser" }).innerText(), /Chrom.* on Linux.*Last used.*10\.\d/s);
  await portal.button(/^End\b(?! all)/).last().click();
  await portal.notice.waitFor();
  const alive = [await account.client.isSignedIn(), await second.isSignedIn()];
  assert.equal(alive.filter(Boolean).length, 1, "one of the two others was ended");
  await portal.button("End all other sessions").click();
  await portal.says("All other sessions have ended.");
  assert.equal(await account.client.isSignedIn(), false);
  assert.equal(await second.isSignedIn(), false);
  assert.equal((await portal.open(routes.account)).status(), 200, "this one stays");
  await portal.page.context().close();
});
