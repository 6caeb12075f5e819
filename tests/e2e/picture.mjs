// Takes the README's picture, docs/images/second-step.png: the second step as a person meets it.
// `node tests/e2e/picture.mjs`, after a build.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { atSecondStep, protectedMember } from "./lib/accounts.mjs";
import { launchBrowser, newPerson } from "./lib/browser.mjs";
import { Portal } from "./lib/pages.mjs";
import { REPOSITORY } from "./lib/paths.mjs";
import { routes } from "./lib/routes.mjs";
import { Server } from "./lib/server.mjs";
import { lend } from "./lib/tour.mjs";

const FILE = path.join(REPOSITORY, "docs/images/second-step.png");
// 1280 × 800 in the end; as little around the card as its links below it allow, for the eyes of whoever reads on a phone.
const SIZE = { width: 1216, height: 760 };

const server = await Server.start({ database: "sqlite", openSignUp: true });
const browser = await launchBrowser();
try {
  const account = await protectedMember(server, {
    name: "Mara Lindqvist",
    email: "mara@example.org",
    password: "violet-harbour-under-lantern",
  });
  const context = await newPerson(browser, server, { size: SIZE, scale: 1280 / SIZE.width });
  await lend(context, server, await atSecondStep(server.url, account));
  const portal = new Portal(await context.newPage());
  await portal.open(routes.secondStep);
  await portal.code.waitFor();
  await mkdir(path.dirname(FILE), { recursive: true });
  await portal.page.screenshot({ path: FILE, caret: "hide" });
} finally {
  await browser.close();
  await server.stop();
}
