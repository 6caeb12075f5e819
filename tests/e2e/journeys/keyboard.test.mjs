// The whole journey by Tab, typing and Enter.
import { test } from "node:test";
import { somebody } from "../lib/accounts.mjs";
import { press, tabTo, typeInto } from "../lib/keyboard.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true });

test("ALL-8 sign-up, set-up, sign-out, sign-in and removal by keyboard alone", async () => {
  const person = somebody();
  const context = await here.newPerson();
  const page = await context.newPage();
  const portal = new Portal(page);
  const pressOn = (locator) => press(page, locator);
  const firstStep = async () => {
    await typeInto(page, portal.email, person.email);
    await typeInto(page, portal.password, person.password);
    await page.keyboard.press("Enter");
  };

  await portal.open(routes.signIn);
  await pressOn(portal.link("Create an account"));
  await portal.isAt(routes.signUp);
  await typeInto(page, portal.email, person.email);
  await typeInto(page, portal.displayName, person.name);
  await typeInto(page, portal.password, person.password);
  await pressOn(portal.signUpButton);
  await portal.says("Almost there");
  await pressOn(portal.link("Sign in"));
  await portal.isAt(routes.signIn);
  await firstStep();
  await portal.isAt(routes.enrolment);
  await pressOn(portal.button("Not now"));
  await portal.isAt(routes.account);

  await pressOn(portal.link("Security"));
  await portal.isAt(routes.security);
  await pressOn(portal.setUpGear);
  await portal.isAt(routes.setUpBefore);
  await pressOn(portal.showQr);
  await portal.isAt(routes.setUp);
  const phone = await portal.scan();
  await typeInto(page, portal.deviceName, "Phone");
  await typeInto(page, portal.code, await phone.slow());
  await pressOn(portal.completeButton);
  await portal.isAt(routes.setUpDone);
  await pressOn(portal.signOutButton);
  await portal.isAt(routes.signIn);

  await firstStep();
  await portal.isAt(routes.secondStep);
  // The focus is where the eye is: no Tab is needed before typing the code.
  await tabTo(page, portal.code, { most: 0 });
  await page.keyboard.type(await phone.shown());
  await portal.isAt(routes.account);

  await pressOn(portal.link("Security"));
  await portal.isAt(routes.security);
  await pressOn(portal.removeLink("Phone"));
  await pressOn(portal.button("Continue"));
  await portal.isAt(routes.secondStep);
  await tabTo(page, portal.code, { most: 0 });
  await page.keyboard.type(await phone.fresh());
  await portal.isAt(routes.security);
  await pressOn(portal.signOutButton);
  await portal.isAt(routes.signIn);
  await context.close();
});

test("ALL-8 the first Tab offers the way past the menu, and it leads there", async () => {
  const context = await here.newPerson();
  const page = await context.newPage();
  const portal = new Portal(page);
  const person = somebody();
  await portal.signUp(person);
  await portal.signInWithout(person);
  await portal.open(routes.security);
  await page.keyboard.press("Tab");
  await tabTo(page, portal.link("Skip to content"), { most: 0 });
  await page.keyboard.press("Enter");
  await tabTo(page, portal.setUpGear, { most: 2 });
  await context.close();
});
