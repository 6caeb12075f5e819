// An administrator switches through the five presets in the editor, and what is asked of a member changes with each.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  atSecondStep, enableEmailCodes, enrol, keyHolder, mailedMember, makeRecoveryKey, member, protectedMember, somebody, staff,
} from "../lib/accounts.mjs";
import { assertSound } from "../lib/axe.mjs";
import { Client } from "../lib/http.mjs";
import { botOf, linkTelegram, phoneOwner } from "../lib/outside.mjs";
import { METHOD } from "../lib/pages.mjs";
import { Phones } from "../lib/phones.mjs";
import { setPolicy } from "../lib/policy.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";
import { Telegram } from "../lib/telegram.mjs";

// Before the server, which is told of them.
const [telegram, phones] = [await Telegram.start(), await Phones.start()];
const outside = { args: phones.args, env: botOf(telegram) };
const here = stage({ mail: true, openSignUp: true, preset: "recommended", turned: true, prepare, ...outside });
after(async () => {
  await telegram.stop();
  await phones.stop();
});
const METHODS = [METHOD.authenticator, METHOD.email, METHOD.telegram, METHOD.phone];
const PRESETS = {
  authenticator: "Authenticator app only",
  "email-or-authenticator": "E-mail or authenticator",
  "email-with-recovery-key": "E-mail with recovery key",
  messenger: "Messenger",
  recommended: "Recommended",
};
/** Which methods a member of each can enable. */
const OFFERED = {
  authenticator: [METHOD.authenticator],
  "email-or-authenticator": [METHOD.authenticator, METHOD.email],
  "email-with-recovery-key": [METHOD.authenticator, METHOD.email],
  messenger: METHODS,
  recommended: [METHOD.authenticator],
};
const APP = { app: ["authenticator"], appAndKey: ["authenticator", "recovery-key"] };
const BOTH = ["authenticator", "email"];
/**
 * What the second step offers whoever has set up this much, in the order in which it is offered: what a preset no longer
 * lets anybody set up is still asked of whoever has it, and only one in which methods exclude each other drops the weaker.
 */
const SECOND_STEP = {
  authenticator: { ...APP, mail: ["email", "recovery-key"], mailAndApp: BOTH },
  "email-or-authenticator": { ...APP, mail: ["email", "recovery-key"], mailAndApp: ["authenticator"] },
  "email-with-recovery-key": { ...APP, mail: ["email", "recovery-key"], mailAndApp: BOTH },
  messenger: { ...APP, mail: ["email", "recovery-key"], mailAndApp: BOTH },
  recommended: { ...APP, mail: ["email", "recovery-key"], mailAndApp: BOTH },
};
/** Which risks have to be read, in this order: what was read for the policy in force is not asked again. */
const RISKS = {
  authenticator: ["password-alone"],
  "email-or-authenticator": ["email-codes"],
  "email-with-recovery-key": [],
  messenger: ["telegram", "phone-calls", "sms", "phone-in-new-browsers"],
  recommended: [],
};
const EVERY_RISK = ["email-codes", "password-alone", ...RISKS.messenger];

let ada;
async function prepare({ server }) {
  ada = await staff(server, "administrator");
}

/** Members with an app, with an app and a recovery key, and with codes by e-mail and a recovery key. */
async function withMethods() {
  const app = await protectedMember(here.server);
  const appAndKey = await protectedMember(here.server);
  await makeRecoveryKey(here.server, appAndKey.client);
  await setPolicy(ada, { preset: "email-with-recovery-key" });
  const mail = await keyHolder(here.server);
  const mailAndApp = await mailedMember(here.server);
  mailAndApp.phone = await enrol(here.server, mailAndApp.client);
  await setPolicy(ada, { preset: "recommended" });
  return { app, appAndKey, mail, mailAndApp };
}

/** The methods of a second step in progress, the one that is asked first in front. */
async function offers(client) {
  const answer = await client.get("/api/v1/second-step");
  return JSON.parse(answer.body).offers.map(({ method }) => method);
}

/** From the picker to the review of a preset. */
async function toReview(portal, preset) {
  await portal.open(routes.policyPresets);
  await portal.follow(portal.link(new RegExp(`^Review and switch\\s*: ${PRESETS[preset]}$`)));
  await portal.prove(ada.phone);
  await portal.isAt(routes.policyReview);
}

async function switchTo(portal, preset) {
  await toReview(portal, preset);
  await portal.page.getByRole("heading", { level: 1, name: `Switch to “${PRESETS[preset]}”` }).waitFor();
  const risks = portal.page.getByRole("checkbox", { name: /I have read this and accept it/ });
  for (const risk of await risks.all()) await risk.check();
  await portal.field("Why").fill(`We try ${preset}`);
  await portal.button("Put into force").click();
  await portal.isAt(routes.policy);
  await portal.says("The policy is in force.");
}

test("APP-7 EXC-1 KEY-5 MSG-4 REC-1 each of the five presets is switched on, and the second step changes with it", async (t) => {
  const plain = await member(here.server);
  const holders = await withMethods();
  // Only now: each proof renews what her session goes by.
  const portal = await here.visitor(ada.client);
  for (const preset of ["authenticator", "email-or-authenticator", "email-with-recovery-key", "messenger", "recommended"]) {
    await t.test(`${preset}: reviewed, its risks read, put into force`, async () => {
      await toReview(portal, preset);
      assert.match(await portal.words(), /\d+ of \d+ members|Nobody will notice/, "whom it touches stands there");
      for (const risk of EVERY_RISK) {
        const asked = await portal.page.locator(`input[name="risk-${risk}"]`).count();
        if (!RISKS[preset].includes(risk)) continue;
        assert.equal(asked, 1, `${preset} asks whoever switches to read ${risk}`);
        // Unread, nothing changes.
        await portal.field("Why").fill("In a hurry");
        await portal.button("Put into force").click();
        await portal.alert.waitFor();
      }
      await switchTo(portal, preset);
    });

    await t.test(`${preset}: what a member may set up, and what the app's owner is asked for`, async () => {
      const page = await here.visitor(plain.client);
      await page.open(routes.security);
      for (const method of METHODS) {
        const offered = (await page.enable(method).count()) + (await page.blockedEnable(method).count());
        assert.equal(offered > 0, OFFERED[preset].includes(method), `${preset}: ${method}`);
      }
      await here.leave(page);
      const offered = {};
      for (const [who, person] of Object.entries(holders)) {
        const client = await atSecondStep(here.server.url, person);
        offered[who] = await offers(client);
        const asked = offered[who][0] === "authenticator" ? /your authenticator app/ : /e-mail/;
        assert.match((await client.get(routes.secondStep)).words, asked, `${preset}: what ${who} is asked for`);
        client.close();
      }
      assert.deepEqual(offered, SECOND_STEP[preset], `${preset}: what the second step offers`);
    });
  }

  await t.test("EXC-1 KEY-5 who has e-mail codes is asked for them where they count, and told when they end", async () => {
    await switchTo(portal, "email-with-recovery-key");
    await enableEmailCodes(here.server, { ...plain });
    const client = await atSecondStep(here.server.url, plain);
    assert.match((await client.get(routes.secondStep)).words, /e-mail/);
    await toReview(portal, "authenticator");
    assert.match(await portal.words(), /\d+ of \d+ members|Nobody will notice/, "whom it touches stands there beforehand");
    await switchTo(portal, "authenticator");
    await portal.open(routes.policyHistory);
    await portal.says("We try authenticator");
  });

  await t.test("one click goes back to an earlier version", async () => {
    await portal.open(routes.policyHistory);
    await portal.follow(portal.link(/^Return to this version/).first());
    await portal.prove(ada.phone);
    const risks = portal.page.getByRole("checkbox", { name: /I have read this and accept it/ });
    for (const risk of await risks.all()) await risk.check();
    await portal.field("Why").fill("Back to what was");
    await portal.button("Put into force").click();
    await portal.says("The policy is in force.");
    await portal.says("E-mail with recovery key");
  });
  await here.leave(portal);
});

test("MSG-1 MSG-6 MSG-8 messenger means all of it: Telegram, the phone beside it, and what administrators set and see of them", async (t) => {
  ada = await staff(here.server, "administrator");
  // Another one, as each proof renews what a session goes by.
  const alan = await staff(here.server, "administrator", somebody("Alan Administrator"));
  await setPolicy(alan, { preset: "messenger" });
  const telephone = await phones.telephone();
  const mara = await phoneOwner(here.server, telephone.number, async () => (await telephone.shows()).slice(-4));
  await linkTelegram(here.server, mara, telegram.person("Mara"));
  const offered = async () => {
    const client = await atSecondStep(here.server.url, mara);
    const found = (await offers(client)).sort();
    client.close();
    return found;
  };
  const portal = await here.visitor(ada.client);

  await t.test("MSG-8 the phone is offered beside Telegram and the authenticator, and stops counting without them", async () => {
    assert.deepEqual(await offered(), ["authenticator", "phone", "telegram"]);
    await portal.openProved(`${routes.policy}?needs.phone-authenticator=off&needs.phone-telegram=off`, ada.phone);
    await portal.says("The phone counts only beside one of these");
    await setPolicy(alan, { preset: "recommended" });
    assert.deepEqual(await offered(), ["authenticator", "telegram"], "in new browsers the phone signs in where the policy says so");
    await setPolicy(alan, { preset: "messenger" });
  });

  await t.test("the editor has nothing against it here, and a button alone is a risk to be read", async () => {
    await portal.open(routes.policy);
    assert.doesNotMatch(await portal.words(), /is set up on this installation|no effect/i);
    await portal.page.getByRole("radio", { name: "one button" }).check();
    await portal.page.getByRole("spinbutton", { name: "Calls before an SMS takes their place" }).fill("0");
    await portal.button("Review the change").click();
    await portal.prove(ada.phone);
    await portal.isAt(routes.policyReview);
    await portal.says("One button is pressed without looking");
    await portal.page.getByRole("checkbox", { name: /I have read this and accept it/ }).check();
    await portal.field("Why").fill("We try a button");
    await portal.button("Put into force").click();
    await portal.says("The policy is in force.");
    await setPolicy(alan, { preset: "messenger" });
  });

  await t.test("MSG-7 ALL-8 spending and delivery show the call, and what works", async () => {
    await portal.openProved(routes.spending, ada.phone);
    await portal.says("The last seven days");
    await portal.says(/\+49\d{5}…/);
    await assertSound(portal.page, "admin-spending with a call");
    await portal.open(routes.couriers);
    for (const name of ["Telegram bot", /^Calls/, /^SMS/]) await portal.says(name);
    await assertSound(portal.page, "admin-couriers with trunks and routes");
    await portal.open(`${routes.members}?second_step=phone`);
    await portal.link(mara.name).first().click();
    await portal.says("Phone numbers");
    assert.ok(!(await portal.words()).includes(telephone.number.slice(-6)), "the number is masked");
    await assertSound(portal.page, "admin-member with a phone");
  });
  await here.leave(portal);
});

test("what cannot work is refused with the reason, and what was edited stays", async () => {
  ada = await staff(here.server, "administrator");
  const portal = await here.visitor(ada.client);
  await portal.openProved(routes.policy, ada.phone);
  await portal.page.getByRole("radio", { name: /^required: members reach nothing else/ }).check();
  for (const box of await portal.page.locator('input[name^="methods-"]').all()) await box.uncheck();
  await portal.button("Review the change").click();
  await portal.alert.waitFor();
  await portal.says(/no method is allowed|has to be allowed/);
  assert.ok(await portal.page.getByRole("radio", { name: /^required: members reach nothing else/ }).isChecked());
  await here.leave(portal);
});

test("members and support agents do not reach the editor", async () => {
  const agent = await staff(here.server, "support");
  const mara = await member(here.server);
  for (const client of [agent.client, mara.client, new Client(here.server.url)]) {
    for (const path of [routes.policy, routes.policyPresets, routes.policyHistory, `${routes.policyReview}?preset=authenticator`]) {
      const answer = await client.get(path);
      assert.ok(answer.status === 403 || answer.status === 303, `${path} answered ${answer.status}`);
      assert.doesNotMatch(answer.body, /Put into force|Review and switch/);
    }
  }
});
