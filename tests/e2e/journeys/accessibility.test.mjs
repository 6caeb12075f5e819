// axe-core on every page, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "../lib/axe.mjs";
import { DESKTOP, PHONE, assertQuiet, launchBrowser, newPerson } from "../lib/browser.mjs";
import { Server } from "../lib/server.mjs";
import { sidewaysScroll } from "../lib/shots.mjs";
import { tour } from "../lib/tour.mjs";

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

for (const [scheme, size] of [["light", DESKTOP], ["dark", PHONE]]) {
  test(`ALL-8 axe finds nothing on any page, ${scheme}, ${size.width} pixels wide`, async (t) => {
    let context;
    const fresh = async () => (context = await newPerson(browser, server, { scheme, size }));
    await tour(server, fresh, (page, name) =>
      t.test(`ALL-8 ${name}, ${scheme}`, async () => {
        await assertAccessible(page, name);
        assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways`);
        assert.match(await page.title(), /\S/);
      }),
    );
    assertQuiet(context);
  });
}
