// A person without a mouse.
import assert from "node:assert/strict";

/** Presses Tab until the focus is on the element, and makes sure that one can see it there. */
export async function tabTo(page, locator, { most = 80 } = {}) {
  await locator.waitFor();
  for (let presses = 0; presses <= most; presses += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) {
      await assertFocusShows(locator);
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`ALL-8: Tab does not reach ${locator}`);
}

/** Fills a field by typing. */
export async function typeInto(page, locator, text) {
  await tabTo(page, locator);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Presses a button or follows a link by Enter. */
export async function press(page, locator) {
  await tabTo(page, locator);
  await page.keyboard.press("Enter");
}

async function assertFocusShows(locator) {
  const shows = await locator.evaluate((element) => {
    const ring = (style) =>
      (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    // A field may carry its ring on the frame around it.
    for (let at = element, up = 0; at && up < 3; at = at.parentElement, up += 1) {
      if (ring(getComputedStyle(at))) return true;
    }
    return false;
  });
  assert.ok(shows, `ALL-8: the focus on ${locator} cannot be seen`);
}
