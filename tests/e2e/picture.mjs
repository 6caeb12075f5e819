// Takes the README's pictures: docs/images/second-step.png, the second step as a person meets it,
// docs/images/support-desk.png, an account as the support desk sees it, and docs/images/tray.png, what stands in for phones in
// the demo. `node tests/e2e/picture.mjs`, after a build.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { atSecondStep, protectedMember, somebody, staff } from "./lib/accounts.mjs";
import { launchBrowser, newPerson } from "./lib/browser.mjs";
import { Desk, askSupport } from "./lib/desk.mjs";
import { METHOD, Portal } from "./lib/pages.mjs";
import { REPOSITORY } from "./lib/paths.mjs";
import { routes } from "./lib/routes.mjs";
import { Server } from "./lib/server.mjs";
import { lend } from "./lib/tour.mjs";
import { readyInMeadow } from "./lib/tour_of_messenger.mjs";
import { ROBIN, Tray } from "./lib/tray.mjs";

const FOLDER = path.join(REPOSITORY, "docs/images");
// 1280 × 800 in the end; as little around the card as its links below it allow, for the eyes of whoever reads on a phone.
const SIZE = { width: 1216, height: 760 };

const server = await Server.start({ database: "sqlite", openSignUp: true });
const browser = await launchBrowser();

/** A browser with the cookies of a plain client. */
async function browserOf(client) {
  const context = await newPerson(browser, server, { size: SIZE, scale: 1280 / SIZE.width });
  await lend(context, server, client);
  return new Portal(await context.newPage());
}

function take(portal, name) {
  return portal.page.screenshot({ path: path.join(FOLDER, name), caret: "hide" });
}

/** The tray while it asks in a chat and a phone rings. */
async function takeTray() {
  const demo = await Server.start({ command: "demo" });
  try {
    const context = await newPerson(browser, demo, { size: SIZE, scale: 1280 / SIZE.width });
    const portal = new Portal(await context.newPage());
    const tray = new Tray(await context.newPage());
    await portal.firstStep(await readyInMeadow(portal, "robin"));
    await portal.isAt(routes.secondStep);
    await portal.goAnotherWay(METHOD.phone);
    await portal.callMe.click();
    await portal.open(routes.otherWays);
    await portal.way(METHOD.telegram).click();
    await portal.isAt(routes.secondStep);
    await tray.open();
    await tray.rings("+491713920011");
    await tray.asks(ROBIN);
    // Tall enough for the phone and the chat below it.
    await tray.page.setViewportSize({ width: SIZE.width, height: 1270 });
    await tray.page.evaluate(() => document.getElementById("phones").scrollIntoView());
    await take(tray, "tray.png");
  } finally {
    await demo.stop();
  }
}

try {
  await mkdir(FOLDER, { recursive: true });
  const account = await protectedMember(server, {
    name: "Mara Lindqvist",
    email: "mara@example.org",
    password: "violet-harbour-under-lantern",
  });
  const portal = await browserOf(await atSecondStep(server.url, account));
  await portal.open(routes.secondStep);
  await portal.code.waitFor();
  await take(portal, "second-step.png");

  await portal.enterCode(await account.phone.fresh());
  await portal.page.waitForURL((url) => url.pathname.startsWith(routes.account));
  await account.client.submit(routes.account, {}, routes.signOut);
  await server.cli("account", "confirm-address", account.email);
  const lost = await browserOf(await atSecondStep(server.url, account));
  await lost.open(routes.helpLostAccess);
  await askSupport(lost, { message: "My phone fell into the harbour." });
  const agent = await staff(server, "support", { ...somebody("Sam Support"), email: "sam@example.org" });
  const desk = await browserOf(agent.client);
  await new Desk(desk, agent.phone).openAccount(account.email, account.name);
  await take(desk, "support-desk.png");
  await takeTray();
} finally {
  await browser.close();
  await server.stop();
}
