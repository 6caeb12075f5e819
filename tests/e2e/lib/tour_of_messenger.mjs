// Every page of the preset `messenger`, each in the state in which a person meets it: in the demo, whose tray answers what
// Telegram, phones and mailboxes would. `look(page, name)` is called on each, as in `tour.mjs`.
import { METHOD, Portal } from "./pages.mjs";
import { routes } from "./routes.mjs";
import { KIM, ROBIN, SASCHA, Tray } from "./tray.mjs";
import { until } from "./wait.mjs";

const MINUTE = 60_000;
const ADDED = "+491713920088";
const ROBINS = "+491713920011";

/** A ready account of the preset, as the start page names it. */
export async function readyInMeadow(portal, name) {
  await portal.open(routes.demo);
  const facts = portal.page.locator("dl").filter({ hasText: `${name}@meadow.example` });
  const [email, password] = await facts.locator("code").allInnerTexts();
  return { email, password };
}

/** The number that the second step shows, to be found in the chat. */
export async function shownNumber(portal) {
  return (await portal.page.locator(".match-number strong").innerText()).trim();
}

/** For a demo by a clock that is turned. */
export async function tourOfMessenger(server, newContext, look) {
  for (const stretch of [askedInTelegram, calledOnThePhone, linking, managing]) {
    const context = await newContext();
    const portal = new Portal(await context.newPage(), server.clock);
    const tray = new Tray(await context.newPage());
    await tray.open();
    const stop = {
      server,
      portal,
      tray,
      look: (name) => look(portal.page, name),
      visit: async (name, path) => {
        await portal.open(path);
        await look(portal.page, name);
      },
    };
    await stretch(stop);
    await context.close();
    // What was asked of Telegram and phones counts for a while.
    server.clock.turn(30 * MINUTE);
  }
}

/** The second step in Telegram. */
async function askedInTelegram({ server, portal, tray, look, visit }) {
  const sascha = await readyInMeadow(portal, "sascha");
  await portal.firstStep(sascha);
  await portal.isAt(routes.secondStep);
  const first = await tray.asks(SASCHA);
  await look("second-step-telegram");
  await visit("other-ways-telegram", routes.otherWays);
  server.clock.turn(4 * MINUTE);
  await visit("second-step-telegram-late", routes.secondStep);
  await portal.follow(portal.button("Ask again"));
  await tray.asks(SASCHA, { after: first });
  await tray.press(SASCHA, "It wasn't me");
  await portal.says("Refused in Telegram");
  await look("second-step-telegram-refused");
}

/** The second step by call and SMS. */
async function calledOnThePhone({ server, portal, tray, look }) {
  const robin = await readyInMeadow(portal, "robin");
  await portal.firstStep(robin);
  await portal.isAt(routes.secondStep);
  await portal.goAnotherWay(METHOD.phone);
  await look("second-step-phone");
  await portal.callMe.click();
  const caller = await tray.rings(ROBINS);
  await portal.says(/is ringing/);
  await look("second-step-phone-rings");
  const wrong = caller.endsWith("0000") ? "1111" : "0000";
  await portal.enterCode(wrong);
  await portal.alert.waitFor();
  await look("second-step-phone-wrong");
  for (let calls = 2; calls <= 3; calls += 1) {
    server.clock.turn(3 * MINUTE);
    await portal.open(routes.secondStep);
    const again = portal.button(/^Call (me|again)|^Send an SMS/);
    await again.first().click();
    if (calls === 2 && (await portal.page.getByText(/SMS to/).count()) === 0) {
      await tray.rings(ROBINS);
      await tray.portal.follow(tray.decline(ROBINS));
      await look("second-step-phone-declined");
    }
  }
}

/** From nothing to a linked chat and a proved number. */
async function linking({ portal, tray, look, visit }) {
  const kim = await readyInMeadow(portal, "kim");
  await portal.firstStep(kim);
  await portal.isAt(routes.enrolment);
  await look("enrolment-messenger");
  await portal.notNow();
  await visit("security-messenger-fresh", routes.security);
  await visit("telegram-start", routes.telegram);
  await portal.button("Link Telegram").click();
  await look("telegram-link");
  const address = await portal.link(/^Open Telegram/).getAttribute("href");
  await tray.page.goto(address);
  await tray.page.getByRole("button", { name: `Start as ${KIM}` }).click();
  await portal.code.waitFor();
  await look("telegram-link-code");
  await portal.enterCode("000000");
  await portal.alert.waitFor();
  await look("telegram-link-wrong");
  await portal.enterCode(await tray.last(KIM).locator(".otp-code").innerText());
  await portal.says("Telegram is linked and on");
  await look("telegram-done");
  await visit("account-telegram", routes.account);
  await visit("phone-add", routes.phone);
  await portal.phoneNumber.fill("+49 170 1234567 ext. 5");
  await portal.button("Continue").click();
  await portal.page.locator('[aria-invalid="true"]').waitFor();
  await look("phone-add-refused");
  await portal.phoneNumber.fill(ADDED);
  await portal.button("Continue").click();
  await portal.isAt(routes.secondStep);
  await look("phone-prove");
  await portal.callMe.click();
  const caller = await tray.rings(ADDED);
  await portal.enterCode(caller.slice(-4));
  await portal.isAt(routes.security);
  await look("security-messenger-added");
}

/** Whoever has everything, and takes it away. */
async function managing({ portal, tray, look, visit }) {
  const robin = await readyInMeadow(portal, "robin");
  await portal.firstStep(robin);
  await portal.isAt(routes.secondStep);
  await tray.asks(ROBIN);
  await tray.press(ROBIN, await shownNumber(portal));
  await portal.isAt(routes.account);
  await look("account-messenger");
  await visit("security-messenger", routes.security);
  await visit("activity-messenger", routes.activity);
  await visit("telegram-off", routes.telegramOff);
  await portal.open(routes.security);
  await portal.follow(portal.page.getByRole("link", { name: /^Unlink/ }));
  await look("telegram-unlink");
  await portal.open(routes.security);
  await portal.follow(portal.phoneNumbers.first().getByRole("link", { name: /^Remove/ }));
  await look("phone-remove");
  await portal.button("Remove number").click();
  await portal.isAt(routes.secondStep);
  await look("second-step-remove-phone");
  await portal.open(routes.telegramOff);
  await portal.page.locator("main").getByRole("button").first().click();
  await portal.isAt(routes.secondStep);
  await tray.asks(ROBIN);
  await look("second-step-telegram-off");
  await tray.press(ROBIN, await shownNumber(portal));
  await portal.isAt(routes.security);
  await look("security-telegram-off");
  await visit("telegram-on", routes.telegramOn);
  await until("the chat is told", async () => (await tray.last(ROBIN).getByRole("button").count()) === 0);
}
