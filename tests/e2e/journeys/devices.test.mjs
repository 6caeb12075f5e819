// Several authenticators: added, named, renamed, removed; and what that does to other browsers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enrol, member, passFirstStep, protectedMember } from "../lib/accounts.mjs";
import { assertQuiet, launchBrowser, newPerson } from "../lib/browser.mjs";
import { Client } from "../lib/http.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";

let server;
let browser;

before(async () => {
  server = await Server.start({ openSignUp: true });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("APP-5 a second device is added, renamed and used; each stands alone in the list", async () => {
  const account = await protectedMember(server);
  const context = await newPerson(browser, server);
  const portal = new Portal(await context.newPage());
  await portal.signIn(account, await account.phone.shown());

  await portal.startSetUp();
  const tablet = await portal.scan();
  assert.notEqual(tablet.secret, account.phone.secret, "each device has a key of its own");
  await portal.completeSetUp(await tablet.slow(), "Tablet");
  await portal.device("Tablet").waitFor();
  await portal.device("First phone").waitFor();
  assert.match(await portal.device("Tablet").innerText(), /added/i);

  await portal.device("Tablet").getByRole("link", { name: /rename/i }).click();
  await portal.deviceName.fill("Work tablet");
  await portal.button(/save|rename/i).click();
  await portal.device("Work tablet").waitFor();

  await portal.signOut();
  await portal.signIn(account, await tablet.shown());
  await portal.open(routes.security);
  assert.match(await portal.device("Work tablet").innerText(), /last used|just now|ago/i);
  assertQuiet(context);
  await context.close();
});

test("ALL-4 removing a device takes a fresh code of that very purpose", async () => {
  const account = await protectedMember(server);
  const context = await newPerson(browser, server);
  const portal = new Portal(await context.newPage());
  await portal.signIn(account, await account.phone.shown());
  await portal.startSetUp();
  const tablet = await portal.scan();
  await portal.completeSetUp(await tablet.slow(), "Tablet");

  await portal.device("First phone").getByRole("link", { name: /remove/i }).click();
  await portal.button(/remove|continue/i).first().click();
  await portal.isAt(routes.secondStep);
  // Without the code it is still there.
  await portal.open(routes.security);
  await portal.device("First phone").waitFor();
  await portal.device("First phone").getByRole("link", { name: /remove/i }).click();
  await portal.button(/remove|continue/i).first().click();
  await portal.enterCode(await tablet.shown());
  await portal.isAt(routes.security);
  await portal.notice.waitFor();
  assert.equal(await portal.device("First phone").count(), 0);
  await portal.device("Tablet").waitFor();

  // The removed phone opens nothing any more.
  const elsewhere = new Client(server.url);
  await passFirstStep(elsewhere, account);
  await elsewhere.submit(routes.secondStep, { code: await account.phone.fresh() });
  assert.equal(await elsewhere.isSignedIn(), false);
  await context.close();
});

test("MSG-9 ALL-5 enabling the second step signs the other browsers out and keeps this one", async () => {
  const account = await member(server);
  const here = await newPerson(browser, server);
  const there = await newPerson(browser, server);
  const portal = new Portal(await here.newPage());
  const other = new Portal(await there.newPage());
  for (const each of [portal, other]) {
    await each.firstStep(account);
    await each.isAt(routes.account);
  }
  await portal.startSetUp();
  await portal.says(/other .*(session|browser|device)s?.*(sign|end)/i);
  const phone = await portal.scan();
  await portal.completeSetUp(await phone.slow(), "Phone");
  await portal.isAt(routes.security);

  await other.open(routes.account);
  await other.isAt(routes.signIn);
  await portal.open(routes.sessions);
  await portal.says(/this browser/i);
  assert.equal(await account.client.isSignedIn(), false);
  await here.close();
  await there.close();
});

test("ALL-5 one session is ended from the list, and then all others", async () => {
  const account = await protectedMember(server);
  const tablet = await enrol(server, account.client, "Tablet");
  const context = await newPerson(browser, server);
  const portal = new Portal(await context.newPage());
  await portal.signIn(account, await account.phone.shown());
  const second = new Client(server.url);
  await passFirstStep(second, account);
  await second.submit(routes.secondStep, { code: await tablet.shown() });
  assert.ok(await second.isSignedIn());

  await portal.open(routes.sessions);
  await portal.button(/^(end|sign out)( this session)?$/i).last().click();
  await portal.notice.waitFor();
  const alive = [await account.client.isSignedIn(), await second.isSignedIn()];
  assert.deepEqual(alive.filter(Boolean).length, 1, "one of the two others was ended");
  await portal.open(routes.sessions);
  await portal.button(/all other/i).click();
  await portal.notice.waitFor();
  assert.equal(await account.client.isSignedIn(), false);
  assert.equal(await second.isSignedIn(), false);
  await context.close();
});
