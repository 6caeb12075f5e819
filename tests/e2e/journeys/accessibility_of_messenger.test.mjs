// axe-core on every page that Telegram, calls and SMS brought with them, and a picture of each; and the same pages in German
// on a phone's screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSound } from "../lib/axe.mjs";
import { PHONE, assertQuiet } from "../lib/browser.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { sidewaysScroll } from "../lib/shots.mjs";
import { stage } from "../lib/stage.mjs";
import { shownNumber, tourOfMessenger } from "../lib/tour_of_messenger.mjs";
import { SASCHA, Tray } from "../lib/tray.mjs";

const here = stage({ command: "demo", turned: true });

test("ALL-8 axe finds nothing on the pages of the preset messenger", async (t) => {
  let context;
  const fresh = async () => (context = await here.newPerson());
  const look = (page, name) => t.test(`ALL-8 ${name}`, () => assertSound(page, name));
  await tourOfMessenger(here.server, fresh, look);
  assertQuiet(context);
});

test("ALL-8 in German nothing scrolls sideways on a phone's screen", async () => {
  const context = await here.newPerson({ locale: "de-DE", size: PHONE });
  const portal = new Portal(await context.newPage(), here.server.clock);
  const tray = new Tray(await context.newPage());
  const looks = async (page, what) => {
    assert.equal(await page.locator("html").getAttribute("lang"), "de", what);
    assert.equal(await sidewaysScroll(page), 0, `${what} scrolls sideways in German`);
  };
  await portal.open(routes.demo);
  await looks(portal.page, routes.demo);
  const [email, password] = await portal.page.locator("dl").filter({ hasText: "sascha@meadow.example" })
    .locator("code").allInnerTexts();
  await portal.open(`${routes.demoTelegram}?start=nothing`);
  await looks(portal.page, routes.demoTelegram);
  await portal.open(routes.signIn);
  await portal.page.locator('input[name="email"]').fill(email);
  await portal.page.locator('input[name="password"]').fill(password);
  await portal.page.locator("main form button[type=submit]").first().click();
  await portal.isAt(routes.secondStep);
  await looks(portal.page, routes.secondStep);
  const number = await shownNumber(portal);
  await tray.open();
  await tray.asks(SASCHA, { reload: true, number });
  await looks(tray.page, routes.demoTray);
  await tray.press(SASCHA, number);
  await portal.isAt(routes.account);
  for (const path of [routes.account, routes.security, routes.phone, routes.telegram, routes.telegramOff, routes.activity]) {
    await portal.open(path);
    await looks(portal.page, path);
  }
  assertQuiet(context);
  await context.close();
});
