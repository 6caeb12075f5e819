// What happens when the outside fails, as people, operators and the log see it: a trunk that refuses the login, a message
// centre that dies with a code in hand, Telegram that wants silence, a blocked bot, buttons that nobody was given.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, chooseMethod, protectedMember } from "../lib/accounts.mjs";
import { MailPeer } from "../lib/mail.mjs";
import { addNumber, askPhone, botOf, linkTelegram, phoneOwner, secondStepOf } from "../lib/outside.mjs";
import { Phones, newNumber } from "../lib/phones.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { Telegram } from "../lib/telegram.mjs";
import { until } from "../lib/wait.mjs";

const OPTIONS = { openSignUp: true, preset: "messenger", turned: true };
const MINUTE = 60_000;

/** What a command told, whether or not it found problems. */
async function told(server, ...args) {
  try {
    return await server.cli(...args);
  } catch (error) {
    return `${error.stdout ?? ""}${error.stderr ?? ""}${error.message}`;
  }
}

test("MSG-6 a trunk that refuses the login rings nobody, and says so to the person and the operator", async () => {
  const phones = await Phones.start({ sms: false, password: "wrong-password" });
  const server = await Server.start({ ...OPTIONS, args: phones.args });
  try {
    server.neverLogs("wrong-password");
    const telephone = await phones.telephone();
    server.neverLogs(telephone.number, telephone.number.slice(-8));
    const account = await protectedMember(server);
    await addNumber(account, telephone.number);
    await askPhone(account.client);
    const { newest } = await until("the call has ended", async () => {
      const { phone } = await secondStepOf(account.client);
      return phone.newest?.stage === "ended" && phone;
    });
    assert.equal(newest.outcome, "rejected");
    const page = await account.client.get(routes.secondStep);
    assert.match(page.words, /call could not be made|cannot be made|could not/i, page.words.slice(0, 800));
    assert.equal(telephone.unasked, 0);
    const status = await until("the trunk was asked", async () => {
      const status = await told(server, "phone", "status", "--config", phones.settings);
      return /does not accept the login/.test(status) && status;
    }, { within: 20_000, every: 500 });
    assert.match(status, /rejected/);
    assert.match(await told(server, "doctor", "--config", phones.settings), /main.*does not accept the login|does not accept the login.*main/s);
    assert.match(await told(server, "sip", "test", "--config", phones.settings), /main: does not: does not accept the login/);
  } finally {
    await server.stop();
    await phones.stop();
  }
});

test("MSG-7 a message centre that dies with a code in hand never gets it again, and another code comes", async () => {
  const phones = await Phones.start({ trunk: false });
  const server = await Server.start({ ...OPTIONS, args: phones.args });
  try {
    const number = newNumber();
    const reads = async () => {
      const code = await phones.centre.codeFor(number);
      server.neverLogs(code);
      return code;
    };
    const account = await phoneOwner(server, number, reads);
    const client = await atSecondStep(server.url, account);
    await chooseMethod(client, "phone");
    await phones.centre.bound();
    await phones.centre.order({ silent: true });
    await askPhone(client);
    const lost = await reads();
    await phones.centre.down();
    await until("it is known that nobody knows", async () => {
      const status = await told(server, "phone", "status", "--config", phones.settings);
      return /sms +unknown +unknown/.test(status);
    }, { within: 20_000, every: 500 });
    await phones.centre.up();
    await phones.centre.bound({ within: 60_000 });
    server.clock.turn(MINUTE);
    await askPhone(client);
    const next = await reads();
    assert.notEqual(next, lost);
    const sent = phones.centre.messagesTo(number).map(({ text }) => text);
    assert.equal(sent.filter((text) => text.includes(lost)).length, 1, "one code went once");
    const wrong = await answerSecondStep(client, lost, "phone");
    assert.notEqual(wrong.status, 303, "an earlier code is none any more");
    const done = await answerSecondStep(client, next, "phone");
    assert.equal(done.status, 303, `${done.status} ${done.words.slice(0, 600)}`);
  } finally {
    await server.stop();
    await phones.stop();
  }
});

test("MSG-2 Telegram that wants silence, a blocked bot, and buttons that nobody was given", async (t) => {
  const [mail, telegram] = [await MailPeer.start(), await Telegram.start()];
  const server = await Server.start({ ...OPTIONS, mail, env: botOf(telegram) });
  try {
    server.neverLogs(telegram.token, telegram.token.split(":")[1]);
    const [ada, eve] = [telegram.person("Ada"), telegram.person("Eve")];
    const account = await protectedMember(server);
    await linkTelegram(server, account, ada);
    await ada.reads(/Linked/);
    const at = async () => {
      const client = await atSecondStep(server.url, account);
      if ((await secondStepOf(client)).method !== "telegram") await chooseMethod(client, "telegram");
      return client;
    };
    const goesOn = async (client) => (await answerSecondStep(client, "", "telegram")).status;

    await t.test("the silence that it asks for is kept, and the question comes once", async () => {
      await telegram.wantsSilence(3);
      const asked = Date.now();
      const client = await at();
      const message = await ada.reads(/Press the number/, { within: 20_000 });
      assert.ok(Date.now() - asked > 1_500, "not before it may");
      assert.equal(await ada.unread(), 0);
      const { telegram: step } = await secondStepOf(client);
      await ada.answerTo(await ada.presses(message, step.asked.number));
      assert.equal(await goesOn(client), 303);
    });

    await t.test("a button pressed by somebody else, or made up, confirms nothing", async () => {
      const client = await at();
      const message = await ada.reads(/Press the number/);
      const { telegram: step } = await secondStepOf(client);
      const right = message.buttons.flat().find(({ label }) => label === step.asked.number);
      await eve.says("/start");
      await eve.reads();
      const forged = await eve.answerTo(await eve.forges(right.data, message));
      assert.match(forged.text, /not yours/);
      const made = await ada.answerTo(await ada.forges("nonsense:1", message));
      assert.doesNotMatch(made.text, /Confirmed/);
      assert.notEqual(await goesOn(client), 303, "nobody was let in");
      await ada.answerTo(await ada.presses(message, step.asked.number));
      assert.equal(await goesOn(client), 303, "its owner still may");
    });

    await t.test("a bot that was blocked is noticed and told, and another method signs in", async () => {
      await ada.blocks();
      await mail.letterTo(account.email, /cannot reach you in Telegram/);
      const client = await atSecondStep(server.url, account);
      const step = await secondStepOf(client);
      assert.ok(step.offers.some(({ method }) => method === "authenticator"));
      await until("it is known that nobody can be asked", async () => {
        const { telegram: now } = await secondStepOf(client);
        return !now || now.blocked === 1;
      });
      await chooseMethod(client, "authenticator").catch(() => {});
      const done = await answerSecondStep(client, await account.phone.fresh(), "authenticator");
      assert.equal(done.status, 303, `${done.status} ${done.words.slice(0, 600)}`);
    });

    await t.test("the operator is told how the bot does", async () => {
      assert.match(await told(server, "telegram", "test"), /countersign_test_bot|no bot is set up/);
    });
  } finally {
    await server.stop();
    await telegram.stop();
    await mail.stop();
  }
});
