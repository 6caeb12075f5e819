// What the pages must explain around the authenticator.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { member } from "../lib/accounts.mjs";
import { launchBrowser, newPerson } from "../lib/browser.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { lend } from "../lib/tour.mjs";

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

async function signedIn() {
  const account = await member(server);
  const context = await newPerson(browser, server);
  await lend(context, server, account.client);
  return new Portal(await context.newPage());
}

test("APP-7 SMS is not on offer, and the page says why", async () => {
  const portal = await signedIn();
  await portal.open(routes.security);
  await portal.says(/SMS.*not|not.*SMS/i);
  const words = await portal.page.locator("main").innerText();
  assert.match(words, /insecure|not secure|intercept/i);
  assert.match(words, /reception|network/i);
  assert.equal(await portal.button(/sms/i).count(), 0);
  await portal.page.context().close();
});

test("MSG-12 the QR code stays until it is confirmed, and a page tells the ways to several devices", async () => {
  const portal = await signedIn();
  await portal.startSetUp();
  const first = await portal.scan();
  await portal.page.reload();
  assert.equal((await portal.scan()).secret, first.secret, "a second device scans the same key");
  await portal.completeSetUp(await first.wrong(), "Phone");
  await portal.alert.waitFor();
  assert.equal((await portal.scan()).secret, first.secret, "a wrong code does not take it away");
  await portal.page.locator(`a[href="${routes.helpAuthenticators}"]`).first().waitFor();
  await portal.open(routes.helpAuthenticators);
  const words = await portal.page.locator("main").innerText();
  for (const way of [/scan/i, /export|import/i, /screenshot|picture/i, /delete/i]) assert.match(words, way);
  await portal.page.context().close();
});

test("MSG-13 the set-up advises one device under the owner's own control", async () => {
  const portal = await signedIn();
  await portal.startSetUp();
  const words = await portal.page.locator("main").innerText();
  assert.match(words, /control/i);
  assert.match(words, /responsible|answer/i);
  await portal.page.context().close();
});

for (const [minutes, direction] of [[17, /fast|ahead/i], [-17, /slow|behind/i]]) {
  test(`MSG-11 a clock ${minutes} minutes off is told during set-up`, async () => {
    const portal = await signedIn();
    await portal.startSetUp();
    assert.match(await portal.page.locator("main").innerText(), /\d{1,2}:\d{2}/, "the server's time stands there");
    const phone = await portal.scan();
    await portal.completeSetUp(await phone.codeAt(minutes * 60), "Phone");
    await portal.alert.waitFor();
    const words = await portal.alert.innerText();
    assert.match(words, /\b1[678] minutes/);
    assert.match(words, direction);
    await portal.page.locator(`a[href="${routes.helpClock}"]`).first().waitFor();
    await portal.page.context().close();
  });
}
