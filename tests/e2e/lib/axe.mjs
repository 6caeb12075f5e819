// axe-core in the page. Its source goes in through the debugging protocol, which a page's content
// security policy does not concern, so the pages are judged under the policy they really have.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inEveryLook, sidewaysScroll } from "./shots.mjs";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails with a readable list when axe finds a violation on the page as it stands. */
export async function assertAccessible(page, name) {
  // Colours are judged where they come to rest.
  await page.evaluate(() => {
    for (const moving of document.getAnimations()) if (moving instanceof CSSTransition) moving.finish();
  });
  await page.evaluate(`${SOURCE}; undefined`);
  const violations = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return result.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
  });
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.join("\n  ")}`);
  assert.equal(violations.length, 0, `ALL-8: ${name}\n${told.join("\n")}`);
}

/** All that a page must be, on both screens and in both colour schemes; each look is photographed, too. */
export async function assertSound(page, name) {
  await inEveryLook(page, name, async ({ scheme, size }) => {
    await assertAccessible(page, `${name}, ${scheme}, ${size.width} pixels wide`);
    assert.equal(await sidewaysScroll(page), 0, `${name} scrolls sideways at ${size.width} pixels`);
  });
  assert.match(await page.title(), /\S/);
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `${name} has one heading`);
}
