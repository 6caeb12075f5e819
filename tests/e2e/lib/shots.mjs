// Pictures of the pages, for the eyes of whoever works on them: screenshots/NAME-WIDTH-SCHEME.png.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { SCREENSHOTS } from "./paths.mjs";
import { DESKTOP, PHONE } from "./browser.mjs";

const LOOKS = [PHONE, DESKTOP].flatMap((size) => ["light", "dark"].map((scheme) => ({ size, scheme })));

/** Photographs the page as it stands in both sizes and both colour schemes, without loading it again. */
export async function shoot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  const before = page.viewportSize();
  for (const { size, scheme } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${size.width}-${scheme}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}

/** How far the page is wider than the window, in pixels; 0 means that nobody must scroll sideways. */
export function sidewaysScroll(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
