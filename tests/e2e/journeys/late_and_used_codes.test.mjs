// Codes that were right once, and codes that never were.
import assert from "node:assert/strict";
import { test } from "node:test";
import { protectedMember } from "../lib/accounts.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true });

async function atSecondStep(account) {
  const context = await here.newPerson();
  const portal = new Portal(await context.newPage());
  await portal.firstStep(account);
  await portal.isAt(routes.secondStep);
  return portal;
}

test("APP-6 a late code is told as late, and the next one is taken at once", async () => {
  const account = await protectedMember(here.server);
  const portal = await atSecondStep(account);
  await portal.enterCode(await account.phone.codeAt(-150));
  await portal.alert.waitFor();
  assert.match(await portal.alert.innerText(), /has expired; enter the one your app shows now/);
  await portal.isAt(routes.secondStep);
  assert.equal(await portal.code.inputValue(), "", "a code is not kept");
  await portal.enterCode(await account.phone.shown());
  await portal.isAt(routes.account);
  await portal.page.context().close();
});

test("APP-6 the set-up shows the seconds that a code has left", async () => {
  const account = await protectedMember(here.server);
  const portal = await atSecondStep(account);
  await portal.enterCode(await account.phone.shown());
  await portal.isAt(routes.account);
  await portal.startSetUp();
  assert.match(await portal.words(), /New code in \d{1,2} s/);
  await portal.page.context().close();
});

test("ALL-1 a used code is refused in another browser, with a plain message", async () => {
  const account = await protectedMember(here.server);
  const first = await atSecondStep(account);
  const second = await atSecondStep(account);
  const code = await account.phone.shown();
  await first.enterCode(code);
  await first.isAt(routes.account);
  await second.enterCode(code);
  await second.alert.waitFor();
  assert.match(await second.alert.innerText(), /already used/);
  await second.isAt(routes.secondStep);
  await first.page.context().close();
  await second.page.context().close();
});

test("ALL-2 wrong codes end the challenge, and the right one comes too late for it", async () => {
  const account = await protectedMember(here.server);
  const portal = await atSecondStep(account);
  const wrong = await account.phone.wrong();
  let tries = 0;
  while (tries < 10 && (await portal.code.count()) > 0) {
    await Promise.all([portal.page.waitForEvent("load"), portal.enterCode(wrong)]);
    tries += 1;
    if (/too many attempts/i.test(await portal.words())) break;
  }
  assert.ok(tries >= 4 && tries <= 5, `ended after ${tries}`);
  if ((await portal.code.count()) > 0) {
    await Promise.all([portal.page.waitForEvent("load"), portal.enterCode(await account.phone.shown())]);
  }
  await portal.open(routes.account);
  assert.notEqual(portal.path, routes.account);
  await portal.page.context().close();
});

test("MSG-11 after a wrong code the page leads to the clock's help and does not tell the offset", async () => {
  const account = await protectedMember(here.server);
  const portal = await atSecondStep(account);
  await portal.enterCode(await account.phone.codeAt(20 * 60));
  await portal.alert.waitFor();
  assert.doesNotMatch(await portal.alert.innerText(), /minute|fast|slow/i);
  await portal.link("Codes do not work? Check the clock of your device").click();
  await portal.isAt(routes.helpClock);
  await portal.page.context().close();
});
