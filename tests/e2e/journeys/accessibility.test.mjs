// axe-core on every page, in both colour schemes and on both screens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "../lib/axe.mjs";
import { DESKTOP, PHONE, assertQuiet } from "../lib/browser.mjs";
import { sidewaysScroll } from "../lib/shots.mjs";
import { stage } from "../lib/stage.mjs";
import { tour } from "../lib/tour.mjs";

const LOOKS = [DESKTOP, PHONE].flatMap((size) => ["light", "dark"].map((scheme) => ({ size, scheme })));
const here = stage({ openSignUp: true });

test("ALL-8 axe finds nothing on any page, light and dark, on a phone and on a desktop", async (t) => {
  let context;
  const fresh = async () => (context = await here.newPerson());
  const inEveryLook = async (page, name) => {
    for (const { size, scheme } of LOOKS) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: scheme });
      await assertAccessible(page, `${name}, ${scheme}, ${size.width} pixels wide`);
      assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways at ${size.width} pixels`);
    }
    assert.match(await page.title(), /\S/);
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `${name} has one heading`);
  };
  await tour(here.server, fresh, (page, name) => t.test(`ALL-8 ${name}`, () => inEveryLook(page, name)));
  assertQuiet(context);
});
