// MSG-1 … MSG-3 and MSG-10 with a Bot API that is not ours, and people who follow links, press buttons and read there: what
// stands in their chats is typed and pressed, and nothing else tells it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { member } from "../lib/accounts.mjs";
import { assertSound } from "../lib/axe.mjs";
import { PEOPLE, follow } from "../lib/hands.mjs";
import { METHOD, Portal } from "../lib/pages.mjs";
import { readQr } from "../lib/qr.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { Telegram, labels } from "../lib/telegram.mjs";
import { until } from "../lib/wait.mjs";

const MINUTE = 60_000;
const NOT_ME = "It wasn't me";
const DONE = "/account/security/telegram/done";
const env = {};
let telegram;

before(async () => {
  telegram = await Telegram.start();
  env.COUNTERSIGN_TELEGRAM_BOT = telegram.bot.username;
  env.COUNTERSIGN_TELEGRAM_TOKEN = telegram.token;
  env.COUNTERSIGN_TELEGRAM_API_URL = telegram.url;
});
const here = stage({ openSignUp: true, preset: "messenger", turned: true, mail: true, env });
after(() => telegram?.stop());

/** The number that the page shows. */
const shown = async ({ page }) => (await page.locator(".match-number strong").innerText()).trim();
const asks = /Are you signing in/;

/** Links a person's Telegram account, from the security page on. */
async function link(portal, person, look = async () => {}) {
  await portal.open(routes.telegram);
  await look("telegram-start");
  await portal.button("Link Telegram").click();
  const address = await portal.link(/^Open Telegram/).getAttribute("href");
  assert.equal(await readQr(portal.qr), address, "the picture says what the link does");
  await look("telegram-link");
  await person.follows(address);
  // The page goes on by itself.
  await portal.code.waitFor();
  await portal.says(person.from.first_name);
  await look("telegram-link-code");
  const said = await person.reads(/Link this Telegram account/);
  await portal.enterCode(said.text.match(/\b\d{6}\b/)[0]);
  await portal.isAt(DONE);
  await look("telegram-done");
  await person.reads(/^Linked/);
}

/** Somebody to whom these Telegram accounts are linked. */
async function owner(...people) {
  const account = await member(here.server);
  const portal = await here.visitor(account.client);
  for (const person of people) await link(portal, person);
  return { account, portal };
}

/** A new browser of this account, at the question. */
async function atQuestion(account, how) {
  const portal = await here.visitor(undefined, how);
  await portal.firstStep(account);
  await portal.isAt(routes.secondStep);
  return portal;
}

test("MSG-1 Telegram is linked by the bot's link and the code in the chat, and every page is sound", async () => {
  const ada = telegram.person("Ada");
  const account = await member(here.server);
  const other = await here.visitor(account.client);
  await other.open(routes.account);
  const portal = await here.visitor();
  await portal.firstStep(account);
  await portal.isAt(routes.enrolment);
  await portal.notNow();
  await portal.open(routes.security);
  await portal.says(/opened with one SMS/);
  assert.match(await portal.enable(METHOD.telegram).getAttribute("href"), /\/telegram$/);
  await link(portal, ada, (name) => assertSound(portal.page, name));
  await portal.says(/other session was signed out/);
  await other.open(routes.account);
  await other.isAt(routes.signIn);
  await portal.open(routes.security);
  await assertSound(portal.page, "telegram-security");
  await portal.open(routes.account);
  await portal.says("protected by Telegram");
  await portal.open(routes.telegramOff);
  await assertSound(portal.page, "telegram-off");
  await portal.button("Continue").click();
  await portal.isAt(routes.secondStep);
  const question = await ada.reads(/changing your account/);
  await assertSound(portal.page, "telegram-off-question");
  await ada.presses(question, await shown(portal));
  await portal.isAt(routes.security);
  await portal.says("Telegram is off.");
  await portal.enable(METHOD.telegram).click();
  await portal.isAt(routes.telegramOn);
  await assertSound(portal.page, "telegram-on");
  await portal.button("Switch on").click();
  await portal.isAt(routes.security);
  await portal.says("Telegram is on.");
  await here.leave(portal);
  await here.leave(other);
});

test("MSG-2 MSG-3 both accounts are asked, one confirms, the browser goes on by itself, the other question is disarmed", async () => {
  const [ada, ben] = [telegram.person("Ada"), telegram.person("Ben")];
  const { account, portal } = await owner(ada, ben);
  const browser = await atQuestion(account);
  const [first, second] = [await ada.reads(asks), await ben.reads(asks)];
  await browser.says(/asked in 2 Telegram accounts/);
  await assertSound(browser.page, "telegram-question");
  const number = await shown(browser);
  assert.ok(labels(first).includes(number) && labels(second).includes(number));
  assert.match(first.text, /From: .*Chrom/);
  // The same button twice at once: it counts once.
  const presses = await Promise.all([ben.presses(second, number), ben.presses(second, number)]);
  await browser.isAt(routes.account);
  const said = await Promise.all(presses.map((press) => ben.answerTo(press)));
  assert.deepEqual(said.map(({ text }) => text).sort(), ["Confirmed. The browser goes on by itself.", "This was answered before."]);
  assert.deepEqual(labels(await ada.seesEdited(first, /another chat/)), []);
  assert.deepEqual(labels(await ben.seesEdited(second, /Confirmed/)), []);
  await here.leave(browser);
  await here.leave(portal);
});

test("MSG-2 a refusal ends the sign-in on its page and warns the owner", async () => {
  const ada = telegram.person("Ada");
  const { account, portal } = await owner(ada);
  const browser = await atQuestion(account);
  const question = await ada.reads(asks);
  await ada.presses(question, NOT_ME);
  await browser.says("nobody was let in");
  assert.equal(await browser.heading.innerText(), "Refused in Telegram");
  await assertSound(browser.page, "telegram-refused");
  await here.mail.letterTo(account.email, /refused in Telegram/i);
  await browser.link("Set a new password").click();
  await browser.isAt(routes.forgotPassword);
  await here.leave(browser);
  await here.leave(portal);
});

test("MSG-2 a wrong number is a refusal, and a forged or borrowed button is none", async () => {
  const [ada, eve, mallory] = [telegram.person("Ada"), telegram.person("Eve"), telegram.person("Mallory")];
  const { account, portal } = await owner(ada);
  const linkedElsewhere = await owner(eve);
  const browser = await atQuestion(account);
  const question = await ada.reads(asks);
  const number = await shown(browser);
  const right = question.buttons.flat().find(({ label }) => label === number);
  for (const stranger of [eve, mallory]) {
    const press = await stranger.forges(right.data, question);
    assert.match((await stranger.answerTo(press)).text, /not yours/);
  }
  assert.equal(browser.path, routes.secondStep);
  const wrong = labels(question).find((label) => /^\d+$/.test(label) && label !== number);
  await ada.presses(question, wrong);
  await browser.says("nobody was let in");
  for (const each of [browser, portal, linkedElsewhere.portal]) await here.leave(each);
});

test("MSG-2 an answer after its time is told as late, and asking again works", async () => {
  const ada = telegram.person("Ada");
  const { account, portal } = await owner(ada);
  const browser = await atQuestion(account);
  const late = await ada.reads(asks);
  here.server.clock.turn(4 * MINUTE);
  await browser.says("Nobody answered in time");
  await assertSound(browser.page, "telegram-late");
  const press = await ada.presses(late, labels(late)[0]).catch(() => undefined);
  if (press) assert.match((await ada.answerTo(press)).text, /Too late|This is over/);
  await browser.button("Ask again").click();
  const again = await ada.reads(asks);
  await ada.presses(again, await shown(browser));
  await browser.isAt(routes.account);
  await here.leave(browser);
  await here.leave(portal);
});

test("MSG-2 two sign-ins wait at once, and each answer lets its own browser in", async () => {
  const ada = telegram.person("Ada");
  const { account, portal } = await owner(ada);
  const one = await atQuestion(account);
  const ofOne = await ada.reads(asks);
  const two = await atQuestion(account);
  const ofTwo = await ada.reads(asks);
  await ada.presses(ofTwo, await shown(two));
  await two.isAt(routes.account);
  assert.equal(one.path, routes.secondStep);
  await ada.presses(ofOne, await shown(one));
  await one.isAt(routes.account);
  for (const each of [one, two, portal]) await here.leave(each);
});

test("MSG-2 asked anew in one tab, the other shows the new number too", async () => {
  const ada = telegram.person("Ada");
  const { account, portal } = await owner(ada);
  const browser = await atQuestion(account);
  await ada.reads(asks);
  const round = () => browser.page.locator("form[data-wait]").getAttribute("data-wait-round");
  const before = await round();
  here.server.clock.turn(MINUTE);
  const other = new Portal(await browser.page.context().newPage(), here.server.clock);
  await other.open(routes.secondStep);
  await other.follow(other.button("Ask again"));
  await until("the first tab shows the new question", async () => (await round()) !== before);
  assert.equal(await shown(browser), await shown(other));
  await ada.presses(await ada.reads(asks), await shown(browser));
  await browser.isAt(routes.account);
  await here.leave(browser);
  await here.leave(portal);
});

for (const [how, hands, browser] of PEOPLE) {
  test(`ALL-8 MSG-1 MSG-2 ${how}`, async () => {
    const ada = telegram.person("Ada");
    const account = await member(here.server);
    const portal = await here.visitor(account.client, browser);
    const scripted = browser.javaScript !== false;
    await portal.open(routes.security);
    await follow(portal, hands, portal.enable(METHOD.telegram));
    await follow(portal, hands, portal.button("Link Telegram"));
    const address = await portal.link(/^Open Telegram/).getAttribute("href");
    if (!scripted) {
      await follow(portal, hands, portal.button("Continue"));
      await portal.says("Nobody has opened the bot");
      assert.equal(await portal.link(/^Open Telegram/).getAttribute("href"), address);
    }
    await ada.follows(address);
    const said = await ada.reads(/Link this Telegram account/);
    if (!scripted) await follow(portal, hands, portal.button("Continue"));
    await portal.code.waitFor();
    await hands.code(portal, said.text.match(/\b\d{6}\b/)[0]);
    await portal.isAt(DONE);
    await hands.press(portal, portal.signOutButton);
    await portal.isAt(routes.signIn);
    await hands.type(portal, portal.email, account.email);
    await hands.type(portal, portal.password, account.password);
    await hands.press(portal, portal.signInButton);
    await portal.isAt(routes.secondStep);
    const question = await ada.reads(asks);
    if (!scripted) {
      await follow(portal, hands, portal.button("Continue"));
      await portal.says("Nobody has answered in Telegram yet");
    }
    await ada.presses(question, await shown(portal));
    if (!scripted) {
      await ada.seesEdited(question, /Confirmed/);
      await hands.press(portal, portal.button("Continue"));
    }
    await portal.isAt(routes.account);
    await here.leave(portal);
  });
}
