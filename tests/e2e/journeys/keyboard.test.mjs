// The whole journey by Tab, typing and Enter.
import { after, before, test } from "node:test";
import { somebody } from "../lib/accounts.mjs";
import { launchBrowser, newPerson } from "../lib/browser.mjs";
import { press, tabTo, typeInto } from "../lib/keyboard.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";

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

test("ALL-8 sign-up, set-up, sign-out, sign-in and removal by keyboard alone", async () => {
  const person = somebody();
  const context = await newPerson(browser, server);
  const page = await context.newPage();
  const portal = new Portal(page);

  const firstStep = async () => {
    await typeInto(page, portal.email, person.email);
    await typeInto(page, portal.password, person.password);
    await page.keyboard.press("Enter");
  };

  await portal.open(routes.signIn);
  await press(page, portal.link(/sign up|create/i).first());
  await portal.isAt(routes.signUp);
  await typeInto(page, portal.displayName, person.name);
  await typeInto(page, portal.email, person.email);
  await typeInto(page, portal.password, person.password);
  await press(page, portal.signUpButton);
  await page.waitForURL((url) => url.pathname !== routes.signUp);
  if (new URL(page.url()).pathname !== routes.signIn) await portal.open(routes.signIn);
  await firstStep();
  await portal.isAt(routes.account);

  await press(page, portal.link(/security/i).first());
  await portal.isAt(routes.security);
  await press(page, portal.setUpGear);
  await portal.isAt(routes.setUp);
  const phone = await portal.scan();
  await typeInto(page, portal.deviceName, "Phone");
  await typeInto(page, portal.code, await phone.slow());
  if (new URL(page.url()).pathname === routes.setUp) await press(page, portal.completeButton);
  await portal.isAt(routes.security);
  await press(page, portal.signOutButton);
  await portal.isAt(routes.signIn);

  await firstStep();
  await portal.isAt(routes.secondStep);
  // The focus is where the eye is: no Tab is needed before typing the code.
  await tabTo(page, portal.code, { most: 0 });
  await page.keyboard.type(await phone.shown());
  await portal.isAt(routes.account);

  await press(page, portal.link(/security/i).first());
  await portal.isAt(routes.security);
  await press(page, portal.device("Phone").getByRole("link", { name: /remove/i }));
  await press(page, portal.button(/remove|continue/i).first());
  await portal.isAt(routes.secondStep);
  await page.keyboard.type(await phone.fresh());
  await portal.isAt(routes.security);
  await press(page, portal.signOutButton);
  await portal.isAt(routes.signIn);
  await context.close();
});
