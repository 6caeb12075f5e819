// Pictures of the pages, for the eyes of whoever works on them: screenshots/NAME-WIDTH-SCHEME.png.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { SCREENSHOTS } from "./paths.mjs";
import { DESKTOP, PHONE } from "./browser.mjs";

const LOOKS = [PHONE, DESKTOP].flatMap((size) => ["light", "dark"].map((scheme) => ({ size, scheme })));

/**
 * Photographs the page as it stands in both sizes and both colour schemes, without loading it again; `examine` is
 * called in each.
 */
export async function inEveryLook(page, name, examine = async () => {}) {
  await mkdir(SCREENSHOTS, { recursive: true });
  const before = page.viewportSize();
  for (const look of LOOKS) {
    const { size, scheme } = look;
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    await examine(look);
    await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${size.width}-${scheme}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}

/** The pictures alone. */
export function shoot(page, name) {
  return inEveryLook(page, name);
}

/** How far the page is wider than the window, in pixels; 0 means that nobody must scroll sideways. */
export function sidewaysScroll(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
