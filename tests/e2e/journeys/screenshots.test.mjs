// A picture of every page in every look, for human eyes.
import { after, before, test } from "node:test";
import { launchBrowser, newPerson } from "../lib/browser.mjs";
import { Server } from "../lib/server.mjs";
import { shoot } from "../lib/shots.mjs";
import { tour } from "../lib/tour.mjs";

let server;
let browser;

before(async () => {
  server = await Server.start({ openSignUp: true });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("every page has its picture at 390 and 1280 pixels, light and dark", async () => {
  await tour(server, () => newPerson(browser, server), shoot);
});
