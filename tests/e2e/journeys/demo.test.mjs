// `countersign demo`: a visitor tries the product with nothing in hand.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "../lib/axe.mjs";
import { assertQuiet, launchBrowser, newPerson } from "../lib/browser.mjs";
import { Client } from "../lib/http.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { shoot } from "../lib/shots.mjs";

let browser;

before(async () => {
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

test("the demo tells where to click, and its tray stands in for the phone", async () => {
  const server = await Server.start({ command: "demo" });
  try {
    assert.ok(server.logs.includes(`${server.url}`), "the address to click on is printed");
    const context = await newPerson(browser, server);
    const page = await context.newPage();
    await page.goto(routes.demo);
    await assertAccessible(page, "demo");
    await shoot(page, "demo");

    // The start page names each ready account with its password; the tray shows the codes of its devices.
    const words = await page.locator("main").innerText();
    const email = words.match(/[\w.+-]+@[\w.-]+/)?.[0];
    assert.ok(email, `no ready account is named: ${words}`);
    const password = await page.locator("[data-password], code").first().innerText();
    const portal = new Portal(await context.newPage());
    await portal.firstStep({ email, password });
    await portal.isAt(routes.secondStep);
    await page.reload();
    const code = (await page.locator("main").innerText()).match(/\b\d{3}\s?\d{3}\b/)?.[0];
    assert.ok(code, "the tray shows a code");
    await portal.enterCode(code);
    await portal.isAt(routes.account);
    assertQuiet(context);
    await context.close();
  } finally {
    await server.stop();
  }
});

test("15.2.3 the tray exists only under demo", async () => {
  const server = await Server.start();
  try {
    assert.equal((await new Client(server.url).get(routes.demo)).status, 404);
  } finally {
    await server.stop();
  }
});
