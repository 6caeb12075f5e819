// Everything once in a browser that runs no script.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { somebody } from "../lib/accounts.mjs";
import { PHONE } from "../lib/browser.mjs";
import { Phone } from "../lib/oath.mjs";
import { Portal } from "../lib/pages.mjs";
import { readQrImage } from "../lib/qr.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true });

test("ALL-8 the whole journey without JavaScript, on a phone's screen", async () => {
  const person = somebody();
  const context = await here.newPerson({ javaScript: false, size: PHONE });
  const page = await context.newPage();
  const portal = new Portal(page);
  await portal.signUp(person);
  await portal.signInWithout(person);

  await portal.startSetUp();
  const phone = await portal.scan();
  assert.equal(await portal.keyText(), phone.secret);
  // EXC-5's picture is a form's answer, so it needs no script either.
  const [download] = await Promise.all([page.waitForEvent("download"), portal.button("Download picture").click()]);
  const picture = Phone.scan(await readQrImage(await readFile(await download.path())));
  assert.equal(picture.secret, phone.secret);
  await portal.completeSetUp(await phone.slow(), "Phone");
  await portal.open(routes.security);
  await portal.device("Phone").waitFor();

  await portal.signOut();
  await portal.firstStep(person);
  await portal.isAt(routes.secondStep);
  await portal.enterCode(await phone.codeAt(-150), { press: true });
  await portal.alert.waitFor();
  await portal.enterCode(await phone.shown(), { press: true });
  await portal.isAt(routes.account);

  await portal.open(routes.sessions);
  await portal.says(/this browser/i);
  await portal.open(routes.activity);
  await portal.says(/sign/i);
  await portal.open(routes.profile);
  await portal.displayName.fill("Mara L.");
  await portal.button("Save").click();
  await portal.notice.waitFor();
  await portal.open(routes.security);
  await portal.startRemoval("Phone");
  await portal.enterCode(await phone.fresh(), { press: true });
  await portal.isAt(routes.security);
  await portal.notice.waitFor();
  assert.equal(await portal.device("Phone").count(), 0);
  await portal.signOut();
  await context.close();
});
