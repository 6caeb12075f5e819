// A phone is lost: the contact form, the desk, a suspension, a sign-in under it, and that it ends by itself. The server's
// clock is turned for that; nobody lifts anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, passFirstStep, protectedMember, somebody, staff } from "../lib/accounts.mjs";
import { PHONE } from "../lib/browser.mjs";
import { Desk, askSupport } from "../lib/desk.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT, linkIn } from "../lib/mail.mjs";
import { METHOD } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const HOUR = 3_600_000;
const ALONE = "Password alone";
const WITH_CODE = "Password and support code";
const CANNOT = "I can't use any of these";

/** An agent's browser, signed in anew: staff sessions are short, and the clock is turned between. */
async function atDesk(here, agent) {
  const portal = await here.visitor();
  await portal.signIn(agent, await agent.phone.fresh());
  return new Desk(portal, agent.phone);
}

/** From the second step to a request in the queue. */
async function lockedOut(here, mara, how) {
  const portal = await here.visitor(undefined, how);
  await portal.firstStep(mara);
  await portal.isAt(routes.secondStep);
  await portal.link(CANNOT).click();
  await portal.isAt(routes.helpLostAccess);
  assert.equal(await portal.email.count(), 0, "who it is about is known by the password");
  await askSupport(portal, { message: "My phone fell into the harbour." });
  await here.mail.letterTo(mara.email, SUBJECT.requestReceived);
  return portal;
}

{
  const here = stage({ mail: true, openSignUp: true, preset: "authenticator", turned: true });

  test("APP-8 APP-9 lost phone, contact form, desk, suspension, password alone, and it ends by itself", async (t) => {
    const agent = await staff(here.server, "support");
    const mara = await protectedMember(here.server, somebody("Mara Harbour"));
    const other = await atSecondStep(here.server.url, mara);
    await answerSecondStep(other, await mara.phone.fresh());
    let portal;
    let desk;

    await t.test("APP-8 the second step leads to the form, and the request lands in the queue", async () => {
      portal = await lockedOut(here, mara);
      desk = await atDesk(here, agent);
      await desk.openRequest(mara.name);
      await desk.portal.says("My phone fell into the harbour.");
      await desk.portal.says("The password was right");
      assert.ok(!(await desk.page.content()).includes(mara.email), "the address is masked");
      await desk.portal.button("Take").click();
      await desk.portal.field("Note or answer").fill("We call you back on the number in your contract.");
      await desk.page.getByRole("checkbox", { name: "Mail it to the person" }).check();
      await desk.portal.button("Save").click();
      const letter = await here.mail.letterTo(mara.email, /./, { says: "We call you back on the number in your contract." });
      assert.doesNotMatch(letter.text, /\/link\//, "an answer opens nothing");
    });

    await t.test("APP-9 the agent looks at the account and suspends the second step for an hour", async () => {
      await desk.page.getByRole("link", { name: mara.name }).click();
      await desk.page.getByRole("heading", { level: 1, name: mara.name }).waitFor();
      await desk.portal.says("First phone");
      await desk.suspend({ kind: ALONE });
      await desk.portal.says("T-4711");
      await here.mail.letterTo(mara.email, SUBJECT.suspensionStarted);
      assert.equal(await other.isSignedIn(), false, "every session of the account has ended");
    });

    await t.test("APP-9 meanwhile the password alone signs in, and the page says until when", async () => {
      await portal.firstStep(mara);
      await portal.isAt(routes.account);
      await here.mail.letterTo(mara.email, SUBJECT.underSuspension);
      await portal.says(/Support has suspended (your second step|it) until/);
      await portal.open(routes.security);
      await portal.device("First phone").waitFor();
      // What the password alone opened changes nothing that counts.
      await portal.open(routes.email);
      await portal.heading.waitFor();
      assert.equal(await portal.field("New address").count(), 0, `the address stays: ${await portal.words()}`);
    });

    await t.test("APP-9 the hour comes: it ends by itself, and the device is asked for again", async () => {
      here.server.clock.turn(HOUR + 1_000);
      await portal.open(routes.account);
      await portal.isAt(routes.signIn);
      await portal.firstStep(mara);
      await portal.isAt(routes.secondStep);
      await portal.open(routes.account);
      await portal.isAt(routes.signIn);
      await portal.open(routes.secondStep);
      await portal.enterCode(await mara.phone.fresh());
      await portal.isAt(routes.account);
      // The worker trusts no clock that jumps while it runs; started anew it goes by the new time, and tells the end.
      await here.server.halt();
      await here.server.again();
      await here.mail.letterTo(mara.email, SUBJECT.suspensionEnded, { within: 60_000 });
      const api = await new Client(here.server.url).get(routes.account);
      assert.equal(api.status, 303);
    });

    await t.test("APP-8 the request is closed, and every look and deed stands in the log", async () => {
      await here.leave(desk.portal);
      desk = await atDesk(here, agent);
      await desk.portal.open(`${routes.desk}?show=answered`);
      await desk.request(mara.name).click();
      await desk.portal.button("Close").click();
      await desk.portal.says("Closed");
      const log = await here.server.cli("audit", "list", "--json");
      for (const event of [
        "support-request.made", "support-request.taken", "support-request.answered", "support-request.closed",
        "suspension.started", "desk.looked",
      ]) {
        assert.ok(log.includes(`"${event}"`), `${event} is missing: ${[...new Set(log.match(/"event": ?"[^"]+"/g))]}`);
      }
    });
    await here.leave(desk.portal);
    await here.leave(portal);
  });

  test("APP-9 the desk ends it before its time, and the owner stops it by the letter", async () => {
    const agent = await staff(here.server, "support");
    const desk = await atDesk(here, agent);
    const mara = await protectedMember(here.server, somebody("Mara Lifted"));
    await desk.openAccount(mara.email, mara.name);
    await desk.suspend({ kind: ALONE });
    const browser = new Client(here.server.url);
    await passFirstStep(browser, mara);
    assert.ok(await browser.isSignedIn());
    await desk.portal.button("End it now").click();
    await desk.portal.says("The suspension is over. The second step is asked for again.");
    assert.equal(await browser.isSignedIn(), false, "at once");
    await atSecondStep(here.server.url, mara);

    await here.mail.readAll(mara.email);
    await desk.openAccount(mara.email, mara.name);
    await desk.suspend({ kind: ALONE });
    await passFirstStep(browser, mara);
    assert.ok(await browser.isSignedIn());
    const portal = await here.visitor();
    await portal.followLink(linkIn(await here.mail.letterTo(mara.email, SUBJECT.suspensionStarted)));
    await portal.button("Stop it now").click();
    await portal.says("The suspension is over");
    assert.equal(await browser.isSignedIn(), false, "whoever came in meanwhile is out");
    await atSecondStep(here.server.url, mara);
    await here.mail.letterTo(agent.email, SUBJECT.suspensionStopped);
    await here.leave(portal);
    await here.leave(desk.portal);
  });

  test("APP-8 a stranger's request tells nothing, and no desk is flooded", async () => {
    const mara = await protectedMember(here.server);
    const words = [];
    for (const email of [mara.email, somebody().email]) {
      const portal = await here.visitor();
      await portal.open(routes.helpLostAccess);
      await askSupport(portal, { email });
      words.push((await portal.words()).replaceAll(email, "…"));
      await here.leave(portal);
    }
    assert.equal(words[0], words[1], "the answer is the same whether or not there is an account");
    const client = new Client(here.server.url);
    let refused;
    for (let tries = 0; tries < 30 && !refused; tries += 1) {
      const answer = await client.submit(routes.helpLostAccess, { email: mara.email, lost: "lost-phone", message: "" });
      if (answer.status === 429) refused = answer;
    }
    assert.ok(refused, "requests are limited");
    assert.match(refused.words, /Support already has several requests like this/);
  });
}

const safer = stage({ mail: true, openSignUp: true, preset: "recommended", turned: true });

test("APP-9 REC-2 under recommended a suspension takes a support code beside the password", async (t) => {
  const here = safer;
  const agent = await staff(here.server, "support");
  const mara = await protectedMember(here.server, somebody("Mara Recommended"));
  const portal = await lockedOut(here, mara, { size: PHONE });
  const desk = await atDesk(here, agent);
  let code;

  await t.test("REC-2 the form offers no password alone, and the code is read out", async () => {
    await desk.openAccount(mara.email, mara.name);
    await desk.portal.follow(desk.portal.link("Suspend the second step"));
    await desk.portal.prove(agent.phone);
    await desk.page.getByRole("radio", { name: WITH_CODE }).waitFor();
    assert.equal(await desk.page.getByRole("radio", { name: ALONE }).count(), 0);
    await desk.page.goBack();
    await desk.suspend({ kind: WITH_CODE });
    code = await desk.makeCode();
    here.server.neverLogs(code, code.replace("-", ""));
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    await desk.portal.link("Done").click();
    assert.ok(!(await desk.page.content()).includes(code.slice(0, 4)), "it is shown once");
  });

  await t.test("REC-2 the password alone opens nothing; with the code, in any spelling, it does, once", async () => {
    await portal.firstStep(mara);
    await portal.isAt(routes.secondStep);
    await portal.says("Enter the code from support");
    await portal.field("Support code").fill("0000-0000");
    await portal.page.keyboard.press("Enter");
    await portal.alert.waitFor();
    await portal.field("Support code").fill(code.toLowerCase().replace("-", " ").replaceAll("0", "o").replaceAll("1", "l"));
    await portal.page.keyboard.press("Enter");
    await portal.page.waitForURL((url) => [routes.account, routes.enrolment].includes(url.pathname));
    await here.mail.letterTo(mara.email, SUBJECT.underSuspension);

    const again = await atSecondStep(here.server.url, mara);
    const spent = await answerSecondStep(again, code, "support-code");
    assert.notEqual(spent.status, 303, "a code works once");
    assert.equal(await again.isSignedIn(), false);
  });

  await t.test("REC-2 a new code voids the one before, and half an hour later it is over", async () => {
    const makeAnother = async () => {
      await desk.portal.open(desk.portal.path);
      return desk.makeCode();
    };
    const first = await makeAnother();
    await desk.portal.link("Done").click();
    const second = await makeAnother();
    await desk.portal.link("Done").click();
    here.server.neverLogs(first, second);
    const elsewhere = await atSecondStep(here.server.url, mara);
    assert.notEqual((await answerSecondStep(elsewhere, first, "support-code")).status, 303, "the first is void");
    here.server.clock.turn(31 * 60_000);
    const late = await atSecondStep(here.server.url, mara);
    assert.notEqual((await answerSecondStep(late, second, "support-code")).status, 303, "the second is too old");
    assert.equal(await late.isSignedIn(), false);
  });

  await t.test("APP-9 the found phone signs in meanwhile, and afterwards it alone does", async () => {
    const found = await here.visitor();
    await found.firstStep(mara);
    await found.isAt(routes.secondStep);
    await found.goAnotherWay(METHOD.authenticator);
    await found.enterCode(await mara.phone.fresh());
    await found.isAt(routes.account);
    here.server.clock.turn(HOUR);
    await found.open(routes.account);
    const fresh = await here.visitor();
    await fresh.signIn(mara, await mara.phone.fresh());
    await here.leave(fresh);
    await here.leave(found);
  });
  await here.leave(desk.portal);
  await here.leave(portal);
});

test("D-12 staff accounts: two administrators, never oneself, never a support agent", async () => {
  const here = safer;
  const [agent, ada, alan] = [
    await staff(here.server, "support"),
    await staff(here.server, "administrator"),
    await staff(here.server, "administrator", somebody("Alan Administrator")),
  ];
  const first = await atDesk(here, ada);
  await first.openAccount(agent.email, agent.name);
  await first.suspend({ kind: WITH_CODE });
  await first.portal.says("It waits for another administrator to agree");
  await first.portal.open(routes.waitingSuspensions);
  assert.equal(await first.portal.link(/^Decide/).count(), 0, "whoever asked cannot agree");

  const second = await atDesk(here, alan);
  await second.portal.open(routes.waitingSuspensions);
  await second.portal.follow(second.portal.link(/^Decide/).first());
  await second.portal.prove(alan.phone);
  await second.portal.field("Why you decide so").fill("I know the voice.");
  await second.portal.button("Agree").click();
  await second.portal.says("You agreed. The suspension runs.");
  await here.mail.letterTo(agent.email, SUBJECT.suspensionStarted);

  await first.portal.open(`${routes.desk}?show=open`);
  await first.search(ada.email);
  await here.leave(first.portal);
  await here.leave(second.portal);
});
