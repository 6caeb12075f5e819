// The preset `email-with-recovery-key`, row by row as the mission's table has it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, chooseMethod, keyHolder, scan, unconfirmedMember } from "../lib/accounts.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { METHOD } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key" });

test("KEY-1 … KEY-6 e-mail codes from the unconfirmed address to their end", async (t) => {
  const ivo = await unconfirmedMember(here.server);
  const portal = await here.visitor(ivo.client);
  let key;

  await t.test("KEY-1 an address that is not confirmed stands in the way, with the reason and the action beside it", async () => {
    await portal.open(routes.security);
    assert.ok(await portal.blockedEnable(METHOD.email).isDisabled(), "the button is there and cannot be pressed");
    await portal.says(/confirm your e-mail address first/i);
    await portal.verifyNow(METHOD.email).click();
    await portal.notice.waitFor();
    const link = await here.mail.linkFor(ivo.email, SUBJECT.confirmAddress);
    await scan(here.server, link);
    await portal.followLink(link);
    await portal.confirmAddressButton.click();
    await portal.says(/address is confirmed/i);
    await portal.open(routes.security);
    await portal.enable(METHOD.email).waitFor();
  });

  await t.test("KEY-2 profile icon, account, Security and credentials, Enable", async () => {
    await portal.open(routes.profile);
    await portal.accountLink.click();
    await portal.isAt(routes.account);
    await portal.link("Security and credentials").click();
    await portal.isAt(routes.security);
    await portal.says("Two-factor authentication");
    await portal.enable(METHOD.email).click();
    await portal.isAt(routes.emailCodes);
  });

  await t.test("KEY-3 a code goes to the registered address, and only it leads on", async () => {
    await portal.says(ivo.email);
    await portal.sendCodeButton.click();
    await portal.isAt(routes.secondStep);
    const code = await portal.mailedCode(here.mail, ivo.email);
    await portal.enterCode(code === "000000" ? "000001" : "000000");
    await portal.alert.waitFor();
    await portal.enterCode(code);
    await portal.isAt(routes.recoveryKey);
  });

  await t.test("KEY-4 the recovery key is shown once, saved, and shown to be saved", async () => {
    await portal.makeKeyButton.click();
    key = await portal.shownKey();
    here.server.neverLogs(key);
    const [download] = await Promise.all([portal.page.waitForEvent("download"), portal.button("Download").click()]);
    assert.match(download.suggestedFilename(), /recovery-key\.txt$/);
    assert.ok((await readFile(await download.path(), "utf8")).includes(key), "the file holds the key");
    assert.ok(await portal.button("Print").isVisible());
    await portal.says(/Guard it like a password\. Whoever has it/);
    await portal.typeGroups(["0000", "0000"]);
    await portal.alert.waitFor();
    assert.equal(await portal.shownKey(), key, "a slip does not take the key away");
    await portal.typeGroups(await portal.askedGroups(key));
    await portal.isAt(routes.enrolmentDone);
    await portal.says("Two-factor authentication is on");
    for (const path of [routes.security, routes.recoveryKey]) {
      await portal.open(path);
      assert.ok(!(await portal.page.content()).includes(key), `${path} shows the key no more`);
    }
  });

  await t.test("KEY-5 from then on a sign-in asks for the mailed code, or the key", async () => {
    await portal.signOut();
    await portal.firstStep(ivo);
    await portal.isAt(routes.secondStep);
    const code = await portal.mailedCode(here.mail, ivo.email);
    await portal.anotherWay.click();
    await portal.way(METHOD.recoveryKey).waitFor();
    await portal.backToCode.click();
    await portal.open(routes.account);
    await portal.isAt(routes.signIn);
    await portal.open(routes.secondStep);
    await portal.enterCode(code);
    await portal.isAt(routes.account);
  });

  await t.test("KEY-6 switching it off takes a fresh code to the registered address", async () => {
    await portal.open(routes.security);
    await portal.disable(METHOD.email).click();
    await portal.isAt(routes.emailCodesOff);
    await portal.button("Continue").click();
    await portal.isAt(routes.secondStep);
    const code = await portal.mailedCode(here.mail, ivo.email);
    await portal.open(routes.security);
    await portal.disable(METHOD.email).waitFor();
    await portal.open(routes.secondStep);
    await portal.enterCode(code);
    await portal.isAt(routes.security);
    await portal.enable(METHOD.email).waitFor();
    await here.mail.letterTo(ivo.email, SUBJECT.methodRemoved);
  });
  await here.leave(portal);
});

test("KEY-7 KEY-8 KEY-9 the key is replaced, opens the account once, and an authenticator joins", async (t) => {
  const mara = await keyHolder(here.server);
  const portal = await here.visitor(mara.client);
  let key;

  await t.test("KEY-7 a new key takes a fresh mailed code, and the old one stops at that moment", async () => {
    await portal.open(routes.security);
    await portal.newKeyLink.click();
    await portal.isAt(routes.recoveryKey);
    await portal.button("Continue").click();
    await portal.isAt(routes.secondStep);
    await portal.enterCode(await portal.mailedCode(here.mail, mara.email));
    await portal.isAt(routes.recoveryKey);
    await portal.makeKeyButton.click();
    key = await portal.shownKey();
    here.server.neverLogs(key);
    assert.notEqual(key, mara.key);
    const elsewhere = await atSecondStep(here.server.url, mara);
    await chooseMethod(elsewhere, "recovery-key");
    await answerSecondStep(elsewhere, mara.key, "recovery-key");
    assert.equal((await elsewhere.get(routes.recoveryKey)).status, 303, "the old key opens nothing, before the new one is saved");
    await portal.typeGroups(await portal.askedGroups(key));
    await portal.isAt(routes.security);
    await here.mail.letterTo(mara.email, SUBJECT.keyMade);
  });

  await t.test("KEY-8 with the password the key signs in, in any spelling, and a new one comes before anything else", async () => {
    await portal.signOut();
    await portal.firstStep(mara);
    await portal.isAt(routes.secondStep);
    await portal.goAnotherWay(METHOD.recoveryKey);
    await portal.enterKey(key.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l"));
    await portal.isAt(routes.recoveryKey);
    await portal.open(routes.account);
    await portal.isAt(routes.recoveryKey);
    await here.mail.letterTo(mara.email, SUBJECT.keyUsed);
    await portal.makeKeyButton.click();
    const next = await portal.shownKey();
    here.server.neverLogs(next);
    await portal.typeGroups(await portal.askedGroups(next));
    await portal.isAt(routes.security);

    const again = await atSecondStep(here.server.url, mara);
    await chooseMethod(again, "recovery-key");
    await answerSecondStep(again, key, "recovery-key");
    assert.equal((await again.get(routes.recoveryKey)).location?.startsWith(routes.signIn), true, "a key works once");
    key = next;
  });

  await t.test("KEY-8 for ten minutes it is proof enough to replace what was lost", async () => {
    await portal.open(routes.email);
    await portal.isAt(routes.email);
    await portal.open(routes.setUpBefore);
    await portal.isAt(routes.setUpBefore);
  });

  await t.test("KEY-9 an authenticator joins as a backup, and the last method used is offered first", async () => {
    await portal.startSetUp();
    const phone = await portal.scan();
    await portal.code.fill(await phone.slow());
    await portal.deviceName.fill("Phone");
    await portal.button("Verify").click();
    await portal.isAt(routes.setUpDone);
    await portal.open(routes.security);
    await portal.disable(METHOD.email).waitFor();
    await portal.device("Phone").waitFor();
    await portal.signOut();
    await portal.firstStep(mara);
    await portal.isAt(routes.secondStep);
    await portal.anotherWay.click();
    await portal.says(/A code to m•••@e•••\.test/);
    await portal.way(METHOD.email).click();
    await portal.enterCode(await portal.mailedCode(here.mail, mara.email));
    await portal.isAt(routes.account);

    await portal.signOut();
    await portal.firstStep(mara);
    await portal.isAt(routes.secondStep);
    assert.match(await portal.reference(), /^\w{4}$/, "e-mail was used last, so its code is on its way");
    await portal.goAnotherWay(METHOD.authenticator);
    await portal.enterCode(await phone.shown());
    await portal.isAt(routes.account);
    const next = await atSecondStep(here.server.url, mara);
    assert.match((await next.get(routes.secondStep)).words, /your authenticator app/, "now the app was used last");
  });

  await t.test("KEY-9 KEY-6 the app's code does not switch e-mail codes off: the address or the key does", async () => {
    await portal.open(routes.security);
    await portal.disable(METHOD.email).click();
    await portal.button("Continue").click();
    await portal.isAt(routes.secondStep);
    await portal.anotherWay.click();
    await portal.way(METHOD.recoveryKey).waitFor();
    assert.equal(await portal.way(METHOD.authenticator).count(), 0);
    await portal.way(METHOD.recoveryKey).click();
    await portal.enterKey(key);
    await portal.says("Codes by e-mail are off.");
    await portal.open(routes.security);
    await portal.enable(METHOD.email).waitFor();
    await portal.device("Phone").waitFor();
  });
  await here.leave(portal);
});
