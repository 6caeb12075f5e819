// How a person works a page: by keyboard alone, or by touching where no script helps.
import assert from "node:assert/strict";
import { PHONE } from "./browser.mjs";
import { press, tabTo, typeInto } from "./keyboard.mjs";
import { routes } from "./routes.mjs";

/** By Tab, typing, Enter, arrows and the space bar; a code's box has the focus and sends itself when it is full. */
const KEYBOARD = {
  type: (portal, field, text) => typeInto(portal.page, field, text),
  press: (portal, what) => press(portal.page, what),
  code: async (portal, code) => {
    await tabTo(portal.page, portal.code, { most: 0 });
    await portal.page.keyboard.type(code);
  },
  choose: async ({ page }, radio) => {
    const group = await radio.getAttribute("name");
    const isThere = () => page.evaluate((name) => document.activeElement?.name === name, group);
    for (let presses = 0; !(await isThere()); presses += 1) {
      assert.ok(presses < 150, `ALL-8: Tab does not reach ${radio}`);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Space");
    for (let presses = 0; !(await radio.isChecked()); presses += 1) {
      assert.ok(presses < 20, `ALL-8: the arrows do not reach ${radio}`);
      await page.keyboard.press("ArrowDown");
    }
  },
  tick: async ({ page }, box) => {
    await tabTo(page, box, { most: 150 });
    await page.keyboard.press("Space");
    assert.ok(await box.isChecked());
  },
};

/** By touching, where no script helps. */
const TOUCH = {
  type: (_, field, text) => field.fill(text),
  press: (_, what) => what.click(),
  code: (portal, code) => portal.enterCode(code, { press: true }),
  choose: (_, radio) => radio.check(),
  tick: (_, box) => box.check(),
};

/** How, whose hands, and their browser. */
export const PEOPLE = [
  ["by keyboard alone", KEYBOARD, {}],
  ["without JavaScript, on a phone's screen", TOUCH, { javaScript: false, size: PHONE }],
];

/** Presses what leads to another page, and is there. */
export async function follow(portal, hands, what) {
  await Promise.all([portal.page.waitForEvent("load"), hands.press(portal, what)]);
}

/** Where a fresh proof is asked for, gives it. Tells whether it was. */
export async function prove(portal, hands, phone) {
  if (portal.path !== routes.stepUp) return false;
  await hands.code(portal, await phone.fresh());
  await portal.page.waitForURL((url) => url.pathname !== routes.stepUp);
  return true;
}
