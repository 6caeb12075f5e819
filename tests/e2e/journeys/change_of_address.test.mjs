// Another e-mail address: the new one is confirmed first, the old one is told and can take the change back.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerSecondStep, atSecondStep, keyHolder, mailedCode, mailedMember, member, passFirstStep, somebody,
} from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key" });

test("ALL-3 ALL-4 the address changes, the old one is told, undoes it, and changes wait for a new password", async (t) => {
  const mara = await keyHolder(here.server);
  const before = mara.email;
  const next = somebody().email;
  const portal = await here.visitor(mara.client);
  const old = await here.visitor();

  await t.test("asking writes to both addresses and changes nothing yet", async () => {
    await portal.askForAddress(next);
    await here.mail.letterTo(before, SUBJECT.addressAsked);
    await portal.open(routes.security);
    assert.match(await portal.words(), new RegExp(`${before}.*Waits for its confirmation: ${next}`, "s"));
  });

  await t.test("the link in the new mailbox confirms it, in any browser, and a mail scanner does not", async () => {
    const link = await here.mail.linkFor(next, SUBJECT.confirmNewAddress);
    for (const method of ["HEAD", "GET"]) {
      const scanner = new Client(here.server.url);
      await scanner.request(method, link);
      assert.equal((await scanner.request(method, routes.link)).status, 200);
    }
    const stranger = await here.visitor();
    await stranger.followLink(link);
    await stranger.confirmAddressButton.click();
    await stranger.says("You have a new e-mail address");
    await here.mail.letterTo(next, SUBJECT.addressIsNow);
    await here.leave(stranger);
  });

  await t.test("from now on the new address signs in and gets the codes", async () => {
    const client = await atSecondStep(here.server.url, { ...mara, email: next });
    await answerSecondStep(client, await mailedCode(here.server, client, next));
    assert.ok(await client.isSignedIn());
    const former = await new Client(here.server.url).submit(routes.signIn, { email: before, password: mara.password });
    assert.notEqual(former.status, 303);
  });

  await t.test("the old mailbox takes it back: everything ends, and nothing can be changed", async () => {
    await old.followLink(await here.mail.linkFor(before, SUBJECT.addressChanged));
    await old.undoButton.click();
    await old.says(/Your former address is back, and every session has ended/);
    await here.mail.letterTo(before, SUBJECT.addressUndone);
    assert.equal(await mara.client.isSignedIn(), false);

    const client = await atSecondStep(here.server.url, mara);
    await answerSecondStep(client, await mailedCode(here.server, client, before));
    assert.ok(await client.isSignedIn(), "whoever knows the password still comes in");
    assert.match((await client.get(routes.security)).words, /Changes are locked/);
    const refused = await client.get(routes.email);
    assert.ok(refused.status === 403 || /Changes are locked/.test(refused.words), `${refused.status} ${refused.words}`);
  });

  await t.test("a new password, which the same page asks for, opens changes again", async () => {
    const password = `${mara.password}-renewed`;
    here.server.neverLogs(password);
    await old.newPassword.fill(password);
    await old.savePasswordButton.click();
    await old.isAt(routes.secondStep);
    await old.enterKey(mara.key);
    await old.isAt(routes.recoveryKey);
    await old.makeAndSaveKey();
    assert.doesNotMatch(await old.words(), /Changes are locked/);
    await old.askForAddress(somebody().email);
  });
  await portal.page.context().close();
  await here.leave(old);
});

test("nobody learns whose address is taken, and its owner gets no letter of it", async () => {
  const mara = await mailedMember(here.server);
  const owner = await member(here.server);
  const answers = [];
  const free = somebody().email;
  for (const email of [owner.email, free]) {
    const asked = await mara.client.submit(routes.email, { email });
    answers.push({ status: asked.status, location: asked.location });
  }
  assert.deepEqual(answers[0], answers[1]);
  await here.mail.letterTo(free, SUBJECT.confirmNewAddress);
  assert.equal((await here.mail.unread(owner.email)).length, 0);
  await passFirstStep(new Client(here.server.url), owner);
});
