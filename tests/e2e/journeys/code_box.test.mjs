// The box for the six digits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atSecondStep, protectedMember } from "../lib/accounts.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { lend } from "../lib/tour.mjs";

const here = stage({ openSignUp: true });

test("a code box helps phones and password managers, and has the focus", async () => {
  const account = await protectedMember(here.server);
  const context = await here.newPerson();
  await lend(context, here.server, await atSecondStep(here.server.url, account));
  const portal = new Portal(await context.newPage());
  await portal.open(routes.secondStep);
  assert.equal(await portal.code.getAttribute("autocomplete"), "one-time-code");
  assert.equal(await portal.code.getAttribute("inputmode"), "numeric");
  assert.ok(await portal.code.evaluate((box) => box === document.activeElement));
  await context.close();
});

test("a pasted \"123 456\" is taken and submits when full", async () => {
  const account = await protectedMember(here.server);
  const context = await here.newPerson();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await lend(context, here.server, await atSecondStep(here.server.url, account));
  const page = await context.newPage();
  const portal = new Portal(page);
  await portal.open(routes.secondStep);
  const code = await account.phone.shown();
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${code.slice(0, 3)} ${code.slice(3)}`);
  await portal.code.focus();
  await page.keyboard.press("Control+V");
  await portal.isAt(routes.account);
  await context.close();
});

test("five digits do not submit", async () => {
  const account = await protectedMember(here.server);
  const context = await here.newPerson();
  await lend(context, here.server, await atSecondStep(here.server.url, account));
  const page = await context.newPage();
  const portal = new Portal(page);
  await portal.open(routes.secondStep);
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await portal.code.pressSequentially("12345");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.deepEqual(posts, []);
  await context.close();
});
