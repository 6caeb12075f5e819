// English and German, by the browser's wish.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, newPerson } from "../lib/browser.mjs";
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

for (const [locale, language, button] of [
  ["en-GB", "en", /^Sign in$/],
  ["de-AT", "de", /^(Anmelden|Einloggen)$/],
  ["fi-FI", "en", /^Sign in$/],
]) {
  test(`a browser that asks for ${locale} gets ${language}`, async () => {
    const context = await newPerson(browser, server, { locale });
    const page = await context.newPage();
    await page.goto(routes.signIn);
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    await page.getByRole("button", { name: button }).waitFor();
    await context.close();
  });
}

test("a refusal is told in German too", async () => {
  const context = await newPerson(browser, server, { locale: "de-DE" });
  const page = await context.newPage();
  await page.goto(routes.signIn);
  await page.locator("input[name=email]").fill("nobody@example.test");
  await page.locator("input[name=password]").fill("kein richtiges Kennwort");
  await page.getByRole("button", { name: /^(Anmelden|Einloggen)$/ }).click();
  const alert = new Portal(page).alert;
  await alert.waitFor();
  assert.match(await alert.innerText(), /Passwort|Kennwort|E-Mail/);
  await context.close();
});
