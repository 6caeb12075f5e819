// `countersign demo`: a visitor tries the product with nothing in hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../lib/axe.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { Client, csrfOf } from "../lib/http.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { shoot, sidewaysScroll } from "../lib/shots.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ command: "demo" });

/** The ready account that shows this, as the start page names it. */
async function readyAccount(page, shows) {
  const facts = page.locator("dl").filter({ hasText: shows }).first();
  const [email, password] = await facts.locator("code").allInnerTexts();
  return { email, password };
}

/** What the phone shows for an account. */
async function phoneShows(page, email) {
  await page.goto(routes.demoTray);
  const app = page.locator("section").filter({ hasText: email }).filter({ has: page.locator(".otp") });
  return (await app.locator(".otp-code").first().innerText()).replace(/\s/g, "");
}

test("APP-1 the demo is clicked through: a ready account, and the tray instead of the phone", async () => {
  assert.ok(here.server.logs.includes(`${here.server.url}${routes.demo}`), "the address to click on is printed");
  const context = await here.newPerson();
  const page = await context.newPage();
  const portal = new Portal(page);
  await page.goto(routes.demo);
  const account = await readyAccount(page, "Asks for a code of its phone.");
  await portal.link("Go to sign-in").click();
  await portal.firstStep(account);
  await portal.isAt(routes.secondStep);
  const tray = await context.newPage();
  await portal.enterCode(await phoneShows(tray, account.email));
  await portal.isAt(routes.account);
  await portal.says("Your account is protected by 1 device");
  assertQuiet(context);
  await context.close();
});

test("APP-4 a device that is set up in the demo appears on the tray, whose code confirms it", async () => {
  const context = await here.newPerson();
  const page = await context.newPage();
  const portal = new Portal(page);
  await page.goto(routes.demo);
  const account = await readyAccount(page, "Nothing set up yet");
  await portal.signInWithout(account);
  await portal.startSetUp();
  const tray = await context.newPage();
  await portal.completeSetUp(await phoneShows(tray, account.email), "The demo's phone");
  await portal.says("Your second step is on");
  await context.close();
});

for (const [shows, path, title] of [
  ["Try the support desk at /support", routes.desk, "Support desk"],
  ["Try Administration at /admin", routes.admin, "Administration"],
]) {
  test(`${title} is tried in the demo with a ready account`, async () => {
    const context = await here.newPerson();
    const page = await context.newPage();
    const portal = new Portal(page);
    await page.goto(routes.demo);
    const account = await readyAccount(page, shows);
    await portal.firstStep(account);
    await portal.isAt(routes.secondStep);
    const tray = await context.newPage();
    await portal.enterCode(await phoneShows(tray, account.email));
    await portal.isAt(routes.account);
    await portal.open(path);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    assertQuiet(context);
    await context.close();
  });
}

test("KEY-5 a code by e-mail is read on the demo's phone", async () => {
  const context = await here.newPerson();
  const page = await context.newPage();
  const portal = new Portal(page);
  await page.goto(routes.demo);
  const account = await readyAccount(page, "Asks for a code that is sent by e-mail");
  await portal.firstStep(account);
  await portal.isAt(routes.secondStep);
  const reference = await portal.reference();
  const tray = await context.newPage();
  await tray.goto(routes.demoTray);
  const letter = tray.getByRole("article").filter({ hasText: account.email }).filter({ hasText: reference });
  await portal.enterCode((await letter.locator(".otp-code").innerText()).replace(/\s/g, ""));
  await portal.isAt(routes.account);
  assertQuiet(context);
  await context.close();
});

test("ALL-8 the demo's own pages are accessible and have their pictures", async () => {
  const context = await here.newPerson();
  const page = await context.newPage();
  for (const [name, path] of [
    ["demo", routes.demo], ["demo-tray", routes.demoTray], ["demo-styleguide", routes.demoStyleguide],
    ["demo-api-reference", routes.apiReference],
  ]) {
    await page.goto(path);
    await assertAccessible(page, name);
    assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways`);
    await shoot(page, name);
  }
  assertQuiet(context);
  await context.close();
});

test("the tray and the styleguide exist only under demo", async () => {
  const real = await Server.start();
  try {
    const client = new Client(real.url);
    for (const path of [routes.demo, routes.demoTray, routes.demoTelegram, routes.demoStyleguide]) {
      assert.equal((await client.get(path)).status, 404, path);
    }
    // The very forms of the tray, with a token that is right.
    const csrf = csrfOf((await client.get(routes.signIn)).body);
    for (const [path, fields] of [
      ["/demo/telegram/write", { person: "700001", text: "/start" }],
      ["/demo/telegram/press", { person: "700001", message: "1", data: "p" }],
      ["/demo/telegram/block", { person: "700001", blocked: "true" }],
      ["/demo/phone/answer", { call: "1" }],
      ["/demo/phone/decline", { call: "1" }],
    ]) {
      assert.equal((await client.post(path, { csrf, ...fields })).status, 404, path);
    }
  } finally {
    await real.stop();
  }
});
