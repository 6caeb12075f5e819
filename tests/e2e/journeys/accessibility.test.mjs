// axe-core on every page, in both colour schemes and on both screens, and a picture of each for human eyes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../lib/axe.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { inEveryLook, sidewaysScroll } from "../lib/shots.mjs";
import { stage } from "../lib/stage.mjs";
import { tour } from "../lib/tour.mjs";

const here = stage({ openSignUp: true });

test("ALL-8 axe finds nothing on any page, light and dark, on a phone and on a desktop", async (t) => {
  let context;
  const fresh = async () => (context = await here.newPerson());
  await tour(here.server, fresh, (page, name) => t.test(`ALL-8 ${name}`, () => assertSound(page, name)));
  assertQuiet(context);
});

async function assertSound(page, name) {
  await inEveryLook(page, name, async ({ scheme, size }) => {
    await assertAccessible(page, `${name}, ${scheme}, ${size.width} pixels wide`);
    assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways at ${size.width} pixels`);
  });
  assert.match(await page.title(), /\S/);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `${name} has one heading`);
}
