// Every detour leads back to where it began, and says what was done.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atSecondStep, member, protectedMember } from "../lib/accounts.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { lend } from "../lib/tour.mjs";

const here = stage({ openSignUp: true });

async function visitor(client) {
  const context = await here.newPerson();
  if (client) await lend(context, here.server, client);
  return new Portal(await context.newPage());
}

test("ALL-9 whoever wanted a page comes to it after password and code", async () => {
  const account = await protectedMember(here.server);
  const portal = await visitor();
  await portal.open(routes.sessions);
  await portal.isAt(routes.signIn);
  await portal.firstStep(account);
  await portal.isAt(routes.secondStep);
  await portal.enterCode(await account.phone.wrong());
  await portal.alert.waitFor();
  await portal.enterCode(await account.phone.shown());
  await portal.isAt(routes.sessions);
  await portal.page.context().close();
});

test("ALL-4 confirming who one is, by password or by code, leads on to what was wanted", async () => {
  const plain = await member(here.server);
  const portal = await visitor(plain.client);
  await portal.open(`${routes.stepUp}?next=${encodeURIComponent(routes.apiTokenNew)}`);
  await portal.password.fill("not the password at all");
  await portal.button("Continue").click();
  await portal.alert.waitFor();
  await portal.password.fill(plain.password);
  await portal.button("Continue").click();
  await portal.isAt(routes.apiTokenNew);

  const account = await protectedMember(here.server);
  await lend(portal.page.context(), here.server, account.client);
  await portal.open(`${routes.stepUp}?next=${encodeURIComponent(routes.password)}`);
  await portal.enterCode(await account.phone.shown());
  await portal.isAt(routes.password);
  await portal.page.context().close();
});

test("ALL-4 ALL-5 a new password is told, signs in, and ends the other sessions", async () => {
  const account = await member(here.server);
  const portal = await visitor();
  await portal.signInWithout(account);
  await portal.open(routes.password);
  const password = `${account.password}-changed`;
  here.server.neverLogs(password);
  await portal.page.getByLabel("Present password").fill(account.password);
  await portal.page.getByLabel("New password").fill(password);
  await portal.button("Save password").click();
  await portal.isAt(routes.security);
  await portal.says("Your new password is saved.");
  assert.equal(await account.client.isSignedIn(), false, "the other session ended");
  await portal.signOut();
  await portal.says("You are signed out.");
  await portal.firstStep({ ...account, password });
  await portal.isAt(routes.account);
  await portal.page.context().close();
});

test("MSG-12 help opened during the set-up leads back to the same QR code", async () => {
  const account = await member(here.server);
  const portal = await visitor(account.client);
  await portal.startSetUp();
  const { secret } = await portal.scan();
  for (const help of ["How to use several devices", "Codes do not work? Check the clock of your device"]) {
    await portal.link(help).click();
    await portal.link("Back to the set-up").click();
    await portal.isAt(routes.setUp);
    assert.equal((await portal.scan()).secret, secret);
  }
  await portal.button("Cancel set-up").click();
  await portal.says("The set-up was cancelled. Nothing was changed.");
  await portal.page.context().close();
});

test("the second step has three ways out, and each leads back or ends it", async () => {
  const account = await protectedMember(here.server);
  const portal = await visitor(await atSecondStep(here.server.url, account));
  await portal.open(routes.secondStep);
  await portal.anotherWay.click();
  await portal.backToCode.click();
  await portal.link("I can't use any of these").click();
  await portal.isAt(routes.helpLostAccess);
  await portal.backToCode.click();
  await portal.isAt(routes.secondStep);
  await portal.button("Cancel and sign out").click();
  await portal.isAt(routes.signIn);
  await portal.says("Cancelled. Nothing was changed.");
  await portal.open(routes.secondStep);
  await portal.isAt(routes.signIn);
  await portal.page.context().close();
});
