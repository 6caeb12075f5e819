// `countersign demo`, the preset `messenger`: Telegram, calls and SMS are tried with nothing in hand, on the tray.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSound } from "../lib/axe.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { PEOPLE, follow } from "../lib/hands.mjs";
import { METHOD, Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { KIM, ROBIN, SASCHA, SASCHA_AT_WORK, Tray } from "../lib/tray.mjs";
import { readyInMeadow as ready, shownNumber } from "../lib/tour_of_messenger.mjs";
import { until } from "../lib/wait.mjs";

const here = stage({ command: "demo", turned: true });
const MINUTE = 60_000;
/** Kept free for films and books; the tray has a phone for whatever number is added. */
const ADDED = "+491713920077";

const lastFour = (number) => number.slice(-4);

/** A visitor with the portal in one tab and the tray in another. */
async function visitor(how) {
  const context = await here.newPerson(how);
  const portal = new Portal(await context.newPage(), here.server.clock);
  const tray = new Tray(await context.newPage());
  await tray.open();
  return { context, portal, tray };
}

async function leave(context) {
  assertQuiet(context);
  await context.close();
}

for (const [how, hands, options] of [["by mouse", undefined, {}], ...PEOPLE]) {
  test(`MSG-2 a number is picked in the tray's chat and signs in, ${how}`, async () => {
    const { context, portal, tray } = await visitor(options);
    const press = (at, what) => (hands ? follow(at, hands, what) : at.follow(what));
    const robin = await ready(portal, "robin");
    await portal.firstStep(robin);
    await portal.isAt(routes.secondStep);
    const number = await shownNumber(portal);
    await tray.asks(ROBIN, { reload: true });
    await press(tray.portal, tray.button(ROBIN, number));
    await until("the question is closed", async () => {
      if (options.javaScript === false) await tray.open();
      return (await tray.last(ROBIN).getByRole("button").count()) === 0;
    });
    assert.match(await tray.last(ROBIN).innerText(), /Confirmed[\s\S]*edited/);
    // The browser goes on by itself; without a script a press is needed.
    if (options.javaScript === false) await portal.button("Continue").click();
    await portal.isAt(routes.account);
    await leave(context);
    here.server.clock.turn(11 * MINUTE);
  });
}

test("MSG-3 of two chats one confirms, and the other is disarmed in front of its owner's eyes", async () => {
  const { context, portal, tray } = await visitor();
  const sascha = await ready(portal, "sascha");
  await portal.firstStep(sascha);
  await portal.isAt(routes.secondStep);
  await portal.says(/asked in 2 Telegram accounts/);
  const number = await shownNumber(portal);
  // The page is not loaded again: what is new comes in by itself.
  await tray.asks(SASCHA);
  await tray.asks(SASCHA_AT_WORK);
  await tray.press(SASCHA_AT_WORK, number);
  await portal.isAt(routes.account);
  await until("the other chat is disarmed", async () => (await tray.last(SASCHA).getByRole("button").count()) === 0);
  assert.match(await tray.last(SASCHA).innerText(), /Answered in another chat/);
  await leave(context);
});

test("MSG-2 \"It wasn't me\" in the tray's chat ends the sign-in, and a letter warns the owner", async () => {
  const { context, portal, tray } = await visitor();
  const sascha = await ready(portal, "sascha");
  here.server.clock.turn(11 * MINUTE);
  await portal.firstStep(sascha);
  await portal.isAt(routes.secondStep);
  await tray.asks(SASCHA);
  await tray.press(SASCHA, "It wasn't me");
  await portal.says("Refused in Telegram");
  await portal.open(routes.account);
  await portal.isAt(routes.signIn);
  const letters = tray.page.locator("#letters-all").getByRole("article").filter({ hasText: sascha.email });
  await letters.filter({ hasText: /refused/i }).first().waitFor();
  await leave(context);
});

for (const [how, hands, options] of PEOPLE) {
  const number = options.javaScript === false ? "+491713920078" : "+491713920079";
  const hasScript = options.javaScript !== false;

  test(`ALL-8 Telegram is linked, a number added, called and removed, and Telegram unlinked, ${how}`, async () => {
    const { context, portal, tray } = await visitor(options);
    const press = (what) => follow(portal, hands, what);
    const firstStep = async ({ email, password }) => {
      await portal.open(routes.signIn);
      await hands.type(portal, portal.email, email);
      await hands.type(portal, portal.password, password);
      await press(portal.signInButton);
    };
    /** Comes back from the tray, where the box has the focus as soon as the page is seen, and types. */
    const type = async (code) => {
      await portal.page.bringToFront();
      const isThere = () => portal.code.evaluate((box) => box === document.activeElement);
      await until("the code's box has the focus", isThere);
      await hands.code(portal, code);
    };
    /** Has itself called, and types what the tray's phone shows. */
    const call = async () => {
      await press(portal.callMe);
      await type(lastFour(await tray.rings(number, { reload: true })));
    };
    const kim = await ready(portal, "kim");
    await firstStep(kim);
    // Whoever would rather not now is left alone for a while.
    if (portal.path === routes.enrolment) await press(portal.button("Not now"));
    await portal.isAt(routes.account);

    await portal.open(routes.security);
    await press(portal.enable(METHOD.telegram));
    await press(portal.button("Link Telegram"));
    await tray.page.goto(await portal.link(/^Open Telegram/).getAttribute("href"));
    await follow(tray.portal, hands, tray.page.getByRole("button", { name: `Start as ${KIM}` }));
    if (!hasScript) await press(portal.button("Continue"));
    await portal.code.waitFor();
    await type(await tray.last(KIM).locator(".otp-code").innerText());
    await portal.says("Telegram is linked and on");

    await portal.open(routes.phone);
    await hands.type(portal, portal.phoneNumber, number);
    await press(portal.button("Continue"));
    await portal.isAt(routes.secondStep);
    await call();
    await portal.isAt(routes.security);
    await press(portal.signOutButton);
    await portal.isAt(routes.signIn);

    here.server.clock.turn(11 * MINUTE);
    await firstStep(kim);
    await portal.isAt(routes.secondStep);
    await press(portal.anotherWay);
    await press(portal.way(METHOD.phone));
    await call();
    await portal.isAt(routes.account);

    await portal.open(routes.security);
    await press(portal.link(/^Unlink/));
    await press(portal.button("Continue"));
    await portal.isAt(routes.secondStep);
    const picked = await shownNumber(portal);
    await tray.asks(KIM, { reload: true, number: picked });
    await follow(tray.portal, hands, tray.button(KIM, picked));
    if (!hasScript) await press(portal.button("Continue"));
    await portal.isAt(routes.security);
    // MSG-8: nothing is left beside which the phone counts.
    await portal.says(/do not count at the moment/);
    await press(portal.phoneNumbers.first().getByRole("link", { name: /^Remove/ }));
    await press(portal.button("Remove number"));
    await portal.isAt(routes.security);
    assert.equal(await portal.phoneNumbers.count(), 0);
    await leave(context);
    here.server.clock.turn(2 * 60 * MINUTE);
  });
}

test("MSG-1 MSG-6 Telegram is linked through the tray, and a number of the visitor's own is added and called", async (t) => {
  const { context, portal, tray } = await visitor();
  const kim = await ready(portal, "kim");
  await portal.firstStep(kim);
  await portal.page.waitForURL((url) => [routes.enrolment, routes.account].includes(url.pathname));
  if (portal.path === routes.enrolment) await portal.notNow();

  await t.test("the link leads to the tray, whose chat shows the code", async () => {
    await portal.open(routes.security);
    await portal.enable(METHOD.telegram).click();
    await portal.button("Link Telegram").click();
    const [opened] = await Promise.all([context.waitForEvent("page"), portal.link(/^Open Telegram/).click()]);
    const chat = new Tray(opened);
    await assertSound(opened, "demo-open-chat");
    await opened.getByRole("button", { name: `Start as ${KIM}` }).click();
    await opened.waitForURL((url) => url.pathname === routes.demoTray);
    await portal.code.waitFor();
    const code = await chat.last(KIM).locator(".otp-code").innerText();
    await portal.enterCode(code);
    await portal.says("Telegram is linked and on");
    await opened.close();
  });

  await t.test("a number that nobody had gets a phone on the tray, whose call proves it", async () => {
    await portal.open(routes.phone);
    await portal.phoneNumber.fill(ADDED);
    await portal.button("Continue").click();
    await portal.isAt(routes.secondStep);
    await portal.callMe.click();
    const caller = await tray.rings(ADDED);
    assert.match(await tray.phone(ADDED).innerText(), /Incoming call/);
    await portal.enterCode(lastFour(caller));
    await portal.isAt(routes.security);
    await portal.says("Your number is proved");
  });
  await leave(context);
});

test("MSG-6 MSG-7 three calls are declined on the tray, then its SMS signs in", async () => {
  const { context, portal, tray } = await visitor();
  const noor = await ready(portal, "noor");
  const number = "+491713920031";
  await portal.firstStep(noor);
  await portal.isAt(routes.secondStep);
  await portal.goAnotherWay(METHOD.phone);
  const ask = portal.page.locator("[data-phone-ask]:visible");
  for (let calls = 1; calls <= 3; calls += 1) {
    await until("a call may be asked for", async () => /^Call/.test(await ask.first().innerText()) && (await ask.first().isEnabled()));
    await ask.first().click();
    await tray.rings(number);
    await tray.portal.follow(tray.decline(number));
    assert.match(await tray.phone(number).innerText(), /Declined call/);
    here.server.clock.turn(3 * MINUTE);
    await portal.open(routes.secondStep);
  }
  assert.equal((await tray.callers(number)).length, 3);
  await portal.button(/SMS/).click();
  await portal.enterCode(await tray.sms(number));
  await portal.isAt(routes.account);
  await leave(context);
});

test("ALL-8 axe finds nothing on the tray while it asks, rings and has rung", async (t) => {
  const { context, portal, tray } = await visitor();
  const robin = await ready(portal, "robin");
  here.server.clock.turn(11 * MINUTE);
  await portal.firstStep(robin);
  await portal.isAt(routes.secondStep);
  await tray.asks(ROBIN);
  await t.test("ALL-8 demo-tray-asks", () => assertSound(tray.page, "demo-tray-asks"));
  await portal.goAnotherWay(METHOD.phone);
  await portal.callMe.click();
  await tray.rings("+491713920011");
  await t.test("ALL-8 demo-tray-rings", () => assertSound(tray.page, "demo-tray-rings"));
  await tray.say(ROBIN, "/help");
  await until("the bot answers", async () => /I understand/.test(await tray.last(ROBIN).innerText()));
  await t.test("ALL-8 demo-tray-past", () => assertSound(tray.page, "demo-tray-past"));
  await leave(context);
});
