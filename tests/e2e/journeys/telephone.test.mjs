// MSG-6 … MSG-8 with a real telephone (baresip) at a real trunk (kamailio) and a real short message centre: what the
// telephone shows is what is typed, and nothing else tells it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { atSecondStep, chooseMethod, protectedMember } from "../lib/accounts.mjs";
import { assertSound } from "../lib/axe.mjs";
import { PEOPLE, follow } from "../lib/hands.mjs";
import { METHOD } from "../lib/pages.mjs";
import { BUSY, CALLS_BEGIN_WITH, OUT_OF_REACH, Phones, newNumber } from "../lib/phones.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { stage } from "../lib/stage.mjs";
import { until } from "../lib/wait.mjs";

/** From pressing the button to the telephone's first ring, on loopback. */
const FIRST_RING_MS = 500;
const MINUTE = 60_000;

const OPTIONS = { openSignUp: true, preset: "messenger", turned: true };
// Before anything else: the server is told where they are when it starts.
const phones = await Phones.start();
const here = stage({ ...OPTIONS, args: phones.args });
after(() => phones.stop());

const lastFour = (number) => number.slice(-4);

/** Opens the page that adds a number, and sends one. */
async function add(portal, number) {
  await portal.open(routes.phone);
  await portal.phoneNumber.fill(number);
  await portal.button("Continue").click();
}

/** Adds a number and proves it by the call that its telephone shows. */
async function prove(portal, telephone) {
  await add(portal, telephone.number);
  await portal.isAt(routes.secondStep);
  await portal.follow(portal.callMe);
  const caller = await telephone.shows();
  await portal.enterCode(lastFour(caller));
  await portal.isAt(routes.security);
  await telephone.event("CALL_CLOSED");
}

/** Somebody with an authenticator whose number has been proved, in a browser that is signed in. */
async function owner(telephone) {
  const account = await protectedMember(here.server);
  const portal = await here.visitor(account.client);
  await prove(portal, telephone);
  return { account, portal };
}

/** From the sign-in page to the phone's page of the second step. */
async function toThePhone(portal, account) {
  await portal.firstStep(account);
  await portal.isAt(routes.secondStep);
  await portal.goAnotherWay(METHOD.phone);
}

test("MSG-6 the page asks for a call, the telephone shows the number, and its last four digits sign in", async (t) => {
  const telephone = await phones.telephone();
  const account = await protectedMember(here.server);
  const portal = await here.visitor(account.client);

  await t.test("a number is added from the security page and proved while the telephone rings", async () => {
    await portal.open(routes.security);
    await portal.says(/never confirms a change/);
    await portal.enable(METHOD.phone).click();
    await portal.isAt(routes.phone);
    await portal.phoneNumber.fill(telephone.number.replace("+49", "0"));
    await portal.button("Continue").click();
    await portal.isAt(routes.secondStep);
    await portal.follow(portal.callMe);
    const caller = await telephone.shows();
    assert.ok(caller.startsWith(CALLS_BEGIN_WITH), `${caller} is of the pool`);
    await portal.says(/is ringing/);
    await portal.says(`It begins with ${CALLS_BEGIN_WITH}`);
    await portal.enterCode(lastFour(caller));
    await portal.isAt(routes.security);
    await portal.says("Your number is proved");
    await telephone.event("CALL_CLOSED");
    const words = await portal.words();
    assert.ok(!words.includes(telephone.number.slice(-6)), "the number is masked");
  });

  await t.test("at sign-in the phone is another way, and its digits are taken while it rings", async () => {
    await portal.signOut();
    await toThePhone(portal, account);
    assert.equal(await portal.code.count(), 0, "nothing to type before a call");
    assert.equal(telephone.unasked, 0, "nobody is called before it is asked for");
    await portal.follow(portal.callMe);
    const caller = await telephone.shows();
    await portal.says(/is ringing/);
    await portal.enterCode(lastFour(caller));
    await portal.isAt(routes.account);
    await telephone.event("CALL_CLOSED");
    assert.equal(telephone.unasked, 0, "it rang once");
  });

  await t.test(`from Call me to the first ring it takes no more than ${FIRST_RING_MS} ms`, async () => {
    const taken = [];
    for (let each = 0; each < 3; each += 1) {
      await portal.signOut();
      await toThePhone(portal, account);
      here.server.clock.turn(3 * MINUTE);
      await portal.open(routes.secondStep);
      // From the moment in which the button's form leaves the browser: moving the pointer there takes its time, too.
      const pressed = portal.page.waitForRequest((sent) => sent.method() === "POST").then(() => performance.now());
      const rings = telephone.shows().then((caller) => [caller, performance.now()]);
      await portal.follow(portal.callMe);
      const [caller, rang] = await rings;
      taken.push(rang - (await pressed));
      await portal.enterCode(lastFour(caller));
      await portal.isAt(routes.account);
      await telephone.event("CALL_CLOSED");
    }
    taken.sort((one, other) => one - other);
    t.diagnostic(`from Call me to the telephone's ring: ${taken.map((each) => Math.round(each)).join(", ")} ms`);
    assert.ok(taken[1] <= FIRST_RING_MS, `the middle one of ${taken.map(Math.round)} ms`);
  });
  await here.leave(portal);
});

test("MSG-6 of several numbers the chosen one is called", async () => {
  const [first, second] = [await phones.telephone(), await phones.telephone()];
  const { account, portal } = await owner(first);
  await prove(portal, second);
  await portal.open(routes.security);
  assert.equal(await portal.phoneNumbers.count(), 2);
  await portal.signOut();
  await toThePhone(portal, account);
  await portal.says("Which number?");
  await portal.page.getByRole("radio").nth(1).check();
  await portal.follow(portal.callMe);
  const caller = await second.shows();
  assert.equal(first.unasked, 0, "the other one is left in peace");
  await portal.enterCode(lastFour(caller));
  await portal.isAt(routes.account);
  await here.leave(portal);
});

test("MSG-7 three calls that nobody looks at, then the message centre has an SMS whose code signs in", async () => {
  const telephone = await phones.telephone();
  const { account, portal } = await owner(telephone);
  await portal.signOut();
  here.server.clock.turn(11 * MINUTE);
  await toThePhone(portal, account);
  for (const [at, gap] of [30, 60, 120].entries()) {
    await portal.follow(at === 0 ? portal.callMe : portal.callAgain);
    await telephone.shows();
    await telephone.event("CALL_CLOSED");
    await portal.says(/Your phone rang\./);
    assert.equal(phones.centre.messagesTo(telephone.number).length, 0);
    const next = at < 2 ? portal.callAgain : portal.button("Send an SMS");
    assert.ok(await next.isDisabled(), "it has to wait a while");
    await portal.says(/You can ask again in/);
    here.server.clock.turn(gap * 1_000);
    await portal.open(routes.secondStep);
  }
  assert.equal(await portal.callAgain.isVisible(), false, "there are no more calls");
  await portal.follow(portal.button("Send an SMS"));
  const code = await phones.centre.codeFor(telephone.number);
  await portal.says(/The SMS to .* was sent/);
  await phones.centre.receiptFor(phones.centre.messagesTo(telephone.number).at(-1), "DELIVRD");
  await portal.says(/The SMS has arrived at/);
  await portal.enterCode(code);
  await portal.isAt(routes.account);
  assert.equal(telephone.unasked, 0, "it rang three times and no more");
  await here.leave(portal);
});

test("MSG-6 what became of a call is told in plain sentences, and the page learns it by itself", async (t) => {
  const telephone = await phones.telephone();
  const { account, portal } = await owner(telephone);
  await portal.signOut();

  await t.test("declined: its number was shown all the same", async () => {
    await toThePhone(portal, account);
    await portal.follow(portal.callMe);
    const caller = await telephone.shows();
    telephone.decline();
    await portal.says(/the call was declined\. The code is the last four digits/);
    await portal.enterCode(lastFour(caller));
    await portal.isAt(routes.account);
  });

  await t.test("answered: we hang up", async () => {
    await portal.signOut();
    await toThePhone(portal, account);
    here.server.clock.turn(11 * MINUTE);
    await portal.firstStep(account);
    await portal.goAnotherWay(METHOD.phone);
    await portal.follow(portal.callMe);
    const caller = await telephone.shows();
    telephone.accept();
    await portal.says(/The call was answered/);
    await portal.enterCode(lastFour(caller));
    await portal.isAt(routes.account);
  });

  for (const [what, begin, sentence] of [
    ["busy", BUSY, /The line was busy: try again, or ask for an SMS\./],
    ["out of reach", OUT_OF_REACH, /Your phone is switched off or out of reach/],
    ["unknown to the carrier", undefined, /The carrier knows no such number/],
  ]) {
    await t.test(`${what}: the SMS is offered at once`, async () => {
      const number = newNumber(begin);
      here.server.clock.turn(61 * MINUTE);
      const somebody = await protectedMember(here.server);
      const other = await here.visitor(somebody.client);
      await add(other, number);
      await other.isAt(routes.secondStep);
      await other.follow(other.callMe);
      await other.says(sentence);
      await other.follow(other.button("Send an SMS"));
      await other.enterCode(await phones.centre.codeFor(number));
      await other.isAt(routes.security);
      await here.leave(other);
    });
  }

  await t.test("the trunk is down: not your fault, and the SMS is offered", async () => {
    await portal.signOut();
    here.server.clock.turn(61 * MINUTE);
    await toThePhone(portal, account);
    await phones.trunk.down();
    try {
      await portal.follow(portal.callMe);
      await portal.page.getByText(/We could not call you just now\./).waitFor({ timeout: 20_000 });
      await portal.follow(portal.button("Send an SMS"));
      await portal.enterCode(await phones.centre.codeFor(telephone.number));
      await portal.isAt(routes.account);
    } finally {
      await phones.trunk.up();
    }
  });
  await here.leave(portal);
});

test("ALL-2 a page that came of a refused answer looks how it stands, and sends nothing once more", async () => {
  const telephone = await phones.telephone();
  const { account, portal } = await owner(telephone);
  await portal.signOut();
  here.server.clock.turn(61 * MINUTE);
  await toThePhone(portal, account);
  await portal.follow(portal.callMe);
  await telephone.shows();
  telephone.decline();
  await portal.says(/was declined/);
  await portal.code.fill("12");
  await portal.follow(portal.codeButton);
  await portal.says(/Type the last four digits/);
  const posts = [];
  portal.page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  here.server.clock.turn(4 * MINUTE);
  // The page learns by itself that the code has ended.
  await portal.code.waitFor({ state: "detached" });
  assert.equal(await portal.page.getByText(/Type the last four digits/).count(), 0);
  assert.deepEqual(posts, []);
  await here.leave(portal);
});

test("MSG-6 a trunk that does not take the password calls nobody, and the person is not left alone", async () => {
  const refused = await Phones.start({ sms: false, password: "not-the-password" });
  try {
    const server = await Server.start({ ...OPTIONS, args: refused.args });
    try {
      const telephone = await refused.telephone();
      const account = await protectedMember(server);
      const context = await here.newPerson({ origins: [server.url] });
      const { Portal } = await import("../lib/pages.mjs");
      const { lend } = await import("../lib/tour.mjs");
      await lend(context, server, account.client);
      const portal = new Portal(await context.newPage(), server.clock);
      await portal.open(`${server.url}${routes.phone}`);
      await portal.phoneNumber.fill(telephone.number);
      await portal.button("Continue").click();
      await portal.isAt(routes.secondStep);
      await portal.follow(portal.callMe);
      await portal.page.getByText(/We could not call you just now\./).waitFor({ timeout: 20_000 });
      assert.equal(telephone.unasked, 0);
      await portal.link("Use another number").waitFor();
      server.neverLogs(telephone.number);
      await context.close();
    } finally {
      await server.stop();
    }
  } finally {
    await refused.stop();
  }
});

test("MSG-7 a message centre that fails: no code goes twice, and it is told when none goes", async (t) => {
  const telephone = await phones.telephone();
  const { account, portal } = await owner(telephone);

  let code;

  /** At the second step with its calls used up, so that an SMS is what is asked for. */
  const atTheSms = async () => {
    await portal.signOut();
    here.server.clock.turn(61 * MINUTE);
    await toThePhone(portal, account);
    await portal.follow(portal.callMe);
    await telephone.shows();
    telephone.decline();
    await portal.says(/was declined/);
    for (const gap of [30, 60]) {
      here.server.clock.turn(gap * 1_000);
      await portal.open(routes.secondStep);
      await portal.follow(portal.callAgain);
      await telephone.shows();
      telephone.decline();
      await portal.says(/was declined/);
    }
    here.server.clock.turn(2 * MINUTE);
    await portal.open(routes.secondStep);
    phones.centre.readAll(telephone.number);
  };

  await t.test("the server is killed while the centre has not answered: one SMS, whose code still signs in", async () => {
    await atTheSms();
    await phones.centre.order({ silent: true });
    await portal.follow(portal.button("Send an SMS"));
    code = await phones.centre.codeFor(telephone.number);
    await here.server.kill9();
    await phones.centre.behaves();
    await here.server.again();
    await phones.centre.bound();
    await portal.open(routes.secondStep);
    await portal.enterCode(code);
    await portal.isAt(routes.account);
  });

  await t.test("the centre refuses: the page says so, and the next one arrives", async () => {
    await atTheSms();
    await phones.centre.order({ submit_status: 0x0b });
    await portal.follow(portal.button("Send an SMS"));
    await portal.says(/The SMS did not reach/);
    await phones.centre.behaves();
    here.server.clock.turn(2 * MINUTE);
    await portal.open(routes.secondStep);
    phones.centre.readAll(telephone.number);
    await portal.follow(portal.button("Send another SMS"));
    await portal.enterCode(await phones.centre.codeFor(telephone.number));
    await portal.isAt(routes.account);
  });
  // What was attempted is nobody's to send again, also long after its claim is over and others were sent.
  const twice = phones.centre.messagesTo(telephone.number).filter(({ text }) => text.includes(code));
  assert.equal(twice.length, 1, "no code goes twice");
  await here.leave(portal);
});

test("MSG-6 what is no number of a person's telephone is refused with its sentence, and stays as it was typed", async () => {
  const telephone = await phones.telephone();
  const { portal } = await owner(telephone);
  for (const [typed, sentence] of [
    ["+49 170 1234567 ext. 12", /Leave the extension out/],
    ["tel:+491701234567", /has digits only/],
    ["+49 900 5123456", /costs whoever calls it extra/],
    ["+881 6 1234 5678", /Satellite and international networks/],
    ["+49 170", /too short/],
    ["+33 6 12 34 56 78", /cannot be reached from here/],
    [`00${telephone.number.slice(1, 5)} / ${telephone.number.slice(5)}`, /added this number already/],
    [telephone.number.replace("+49", "0"), /added this number already/],
  ]) {
    await add(portal, typed);
    await portal.says(sentence);
    assert.equal(await portal.phoneNumber.inputValue(), typed);
    assert.equal(await portal.phoneNumber.getAttribute("aria-invalid"), "true");
  }
  assert.equal(telephone.unasked, 0, "nobody was called");
  await here.leave(portal);
});

for (const [how, hands, browser] of PEOPLE) {
  test(`ALL-8 a number is proved, signs in and is removed ${how}`, async () => {
    const telephone = await phones.telephone();
    here.server.clock.turn(61 * MINUTE);
    const account = await protectedMember(here.server);
    const portal = await here.visitor(account.client, browser);
    await portal.open(routes.security);
    await follow(portal, hands, portal.enable(METHOD.phone));
    await hands.type(portal, portal.phoneNumber, telephone.number);
    await follow(portal, hands, portal.button("Continue"));
    await follow(portal, hands, portal.callMe);
    await hands.code(portal, lastFour(await telephone.shows()));
    await portal.isAt(routes.security);
    await portal.notice.waitFor();
    await follow(portal, hands, portal.signOutButton);

    await portal.firstStep(account);
    await portal.isAt(routes.secondStep);
    await follow(portal, hands, portal.anotherWay);
    await follow(portal, hands, portal.way(METHOD.phone));
    here.server.clock.turn(2 * MINUTE);
    await follow(portal, hands, portal.callMe);
    const caller = await telephone.shows();
    await hands.code(portal, lastFour(caller));
    await portal.isAt(routes.account);

    await portal.open(routes.security);
    await follow(portal, hands, portal.phoneNumbers.getByRole("link", { name: /^Remove/ }));
    await follow(portal, hands, portal.button("Remove number"));
    await hands.code(portal, await account.phone.fresh());
    await portal.isAt(routes.security);
    await portal.notice.waitFor();
    assert.equal(await portal.phoneNumbers.count(), 0);
    await here.leave(portal);
  });
}

for (const locale of ["en-GB", "de-DE"]) {
  test(`ALL-8 axe finds nothing on the pages of telephones, ${locale}`, async (t) => {
    const telephone = await phones.telephone();
    here.server.clock.turn(61 * MINUTE);
    const account = await protectedMember(here.server);
    const portal = await here.visitor(account.client, { locale });
    const { page } = portal;
    const look = (name) => t.test(`ALL-8 ${name}`, () => assertSound(page, `${name}-${locale.slice(0, 2)}`));
    const press = (what) => portal.follow(what);
    const primary = page.locator('main form button.primary[type="submit"]').first();
    await portal.open(routes.phone);
    await look("phone-add");
    await page.locator("#field-number").fill("+49 170 1234567 ext. 12");
    await press(primary);
    await look("phone-add-fault");
    await page.locator("#field-number").fill(telephone.number);
    await press(primary);
    await look("phone-prove");
    await portal.open(routes.security);
    await look("phone-unproved");
    await portal.open(routes.secondStep);
    await press(page.locator('button[value="call"]'));
    const caller = await telephone.shows();
    await page.locator("[data-phone-stage]").waitFor();
    await look("phone-ringing");
    await page.getByText(/Your phone rang|hat geklingelt/).waitFor();
    await look("phone-rang");
    await page.locator("#field-code").fill(lastFour(caller));
    await portal.isAt(routes.security);
    await look("phone-security");
    await portal.open(new URL(await page.locator('a[href*="/phone/"][href$="/remove"]').getAttribute("href"), page.url()).pathname);
    await look("phone-remove");
    await here.leave(portal);

    const client = await atSecondStep(here.server.url, account);
    await chooseMethod(client, "phone");
    const again = await here.visitor(client, { locale });
    await again.open(routes.secondStep);
    here.server.clock.turn(2 * MINUTE);
    await again.follow(again.page.locator('button[value="call"]'));
    await telephone.shows();
    const wrong = again.page.locator("#field-code");
    await Promise.all([again.page.waitForEvent("load"), wrong.fill("0000")]);
    await t.test("ALL-8 phone-wrong", () => assertSound(again.page, `phone-wrong-${locale.slice(0, 2)}`));
    await again.follow(again.page.locator('button[value="sms"]'));
    await phones.centre.codeFor(telephone.number);
    await t.test("ALL-8 phone-sms", () => assertSound(again.page, `phone-sms-${locale.slice(0, 2)}`));
    await here.leave(again);
  });
}
