// English and German, by the browser's wish and by the account's own choice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atSecondStep, member, protectedMember } from "../lib/accounts.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { lend } from "../lib/tour.mjs";

const here = stage({ openSignUp: true });

for (const [locale, language, button] of [
  ["en-GB", "en", "Sign in"],
  ["de-AT", "de", "Anmelden"],
  ["fi-FI", "en", "Sign in"],
]) {
  test(`a browser that asks for ${locale} gets ${language}`, async () => {
    const context = await here.newPerson({ locale });
    const page = await context.newPage();
    await page.goto(routes.signIn);
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    await page.getByRole("button", { name: button, exact: true }).waitFor();
    await context.close();
  });
}

test("a refused sign-in is told in German too", async () => {
  const context = await here.newPerson({ locale: "de-DE" });
  const page = await context.newPage();
  await page.goto(routes.signIn);
  await page.getByLabel("E-Mail-Adresse").fill("nobody@example.test");
  await page.getByLabel("Passwort", { exact: true }).fill("kein richtiges Kennwort");
  await page.getByRole("button", { name: "Anmelden" }).click();
  const alert = new Portal(page).alert;
  await alert.waitFor();
  assert.match(await alert.innerText(), /passen nicht zusammen/);
  await context.close();
});

test("APP-6 the second step speaks German, a late code's message too", async () => {
  const account = await protectedMember(here.server);
  const context = await here.newPerson({ locale: "de-DE" });
  await lend(context, here.server, await atSecondStep(here.server.url, account));
  const page = await context.newPage();
  await page.goto(routes.secondStep);
  await page.getByRole("heading", { name: "Code eingeben" }).waitFor();
  await page.getByRole("textbox", { name: "6-stelliger Code" }).fill(await account.phone.codeAt(-150));
  const alert = new Portal(page).alert;
  await alert.waitFor();
  assert.match(await alert.innerText(), /ist abgelaufen; geben Sie den ein, den Ihre App jetzt zeigt/);
  await page.getByRole("textbox", { name: "6-stelliger Code" }).fill(await account.phone.shown());
  await page.waitForURL((url) => url.pathname === routes.account);
  await context.close();
});

test("whoever chooses German has it in a browser that asks for English", async () => {
  const account = await member(here.server);
  const context = await here.newPerson();
  await lend(context, here.server, account.client);
  const page = await context.newPage();
  await page.goto(routes.profile);
  await page.getByRole("combobox", { name: "Language" }).selectOption("de");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Ihr Profil ist gespeichert.").waitFor();
  for (const path of [routes.account, routes.security, routes.setUpBefore, routes.sessions, routes.activity, routes.apiTokens]) {
    await page.goto(path);
    assert.equal(await page.locator("html").getAttribute("lang"), "de", path);
    await page.getByRole("button", { name: "Abmelden" }).waitFor();
  }
  await context.close();
});
