// What the pages must explain around the authenticator.
import assert from "node:assert/strict";
import { test } from "node:test";
import { member } from "../lib/accounts.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { lend } from "../lib/tour.mjs";

const here = stage({ openSignUp: true });

async function signedIn() {
  const account = await member(here.server);
  const context = await here.newPerson();
  await lend(context, here.server, account.client);
  return new Portal(await context.newPage());
}

test("APP-7 SMS is not on offer, and the page says why", async () => {
  const portal = await signedIn();
  await portal.open(routes.security);
  const words = await portal.words();
  assert.match(words, /Code by SMS\s+Not on offer/);
  assert.match(words, /can be read or redirected/, "delivery is insecure");
  assert.match(words, /needs network reception/);
  assert.equal(await portal.button(/sms/i).count(), 0);
  assert.equal(await portal.link(/sms/i).count(), 0);
  await portal.page.context().close();
});

test("MSG-12 the QR code stays until it is confirmed, and a page tells the ways to several devices", async () => {
  const portal = await signedIn();
  await portal.startSetUp();
  const first = await portal.scan();
  await portal.page.reload();
  assert.equal((await portal.scan()).secret, first.secret, "a second device scans the same key");
  await portal.confirmSetUp(await first.wrong(), "Phone");
  await portal.alert.waitFor();
  assert.equal((await portal.scan()).secret, first.secret, "a wrong code does not take it away");
  await portal.link("How to use several devices").click();
  await portal.isAt(routes.helpDevices);
  const words = await portal.words();
  const ways = [/scan it with every device/i, /export .* import/i, /remove .* set it up anew/i];
  for (const way of [...ways, /picture of the QR code .*keep it from others.*delete it/i]) assert.match(words, way);
  await portal.page.context().close();
});

test("MSG-12 the key scanned twice makes two devices with the same codes", async () => {
  const portal = await signedIn();
  await portal.startSetUp();
  const [first, second] = [await portal.scan(), await portal.scan()];
  assert.equal(await first.shown(), await second.shown());
  await portal.completeSetUp(await second.slow(), "Both");
  await portal.page.context().close();
});

test("MSG-13 set-up and security page advise one device under the owner's own control", async () => {
  const portal = await signedIn();
  for (const path of [routes.setUpBefore, routes.security]) {
    await portal.open(path);
    const words = await portal.words();
    assert.match(words, /a device that only you control/);
    assert.match(words, /you answer for what is done/i);
  }
  await portal.page.context().close();
});

for (const [minutes, direction] of [[17, "fast"], [-17, "slow"]]) {
  test(`MSG-11 a clock ${minutes} minutes off is told during set-up, with the way to correct it`, async () => {
    const portal = await signedIn();
    await portal.startSetUp();
    assert.match(await portal.words(), /Our time is .*\d{1,2}:\d{2}/, "the server's time stands there");
    const phone = await portal.scan();
    await portal.confirmSetUp(await phone.codeAt(minutes * 60), "Phone");
    await portal.alert.waitFor();
    assert.match(await portal.alert.innerText(), new RegExp(`clock is about 1[678] minutes ${direction}`));
    assert.equal(await portal.deviceName.inputValue(), "Phone", "the name stays");
    await portal.link("How to correct the clock").click();
    await portal.isAt(routes.helpClock);
    await portal.page.context().close();
  });
}
