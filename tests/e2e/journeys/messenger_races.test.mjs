// ALL-1 for what goes by telephone and Telegram, and what two servers on one database do with one bot and one outbox: many
// copies of what works once, one success; one server reads what chats answer, and another goes on where it was killed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atSecondStep, chooseMethod, protectedMember } from "../lib/accounts.mjs";
import { Client, csrfOf, volley } from "../lib/http.mjs";
import { askPhone, botOf, linkTelegram, phoneOwner, secondStepOf } from "../lib/outside.mjs";
import { Phones, newNumber } from "../lib/phones.mjs";
import { createDatabase } from "../lib/postgres.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { Telegram } from "../lib/telegram.mjs";
import { until } from "../lib/wait.mjs";

const COPIES = 64;
/** The lease of whoever reads updates lasts a minute. */
const LEASE = 62_000;
const OPTIONS = { openSignUp: true, preset: "messenger", turned: true };

/** One server on SQLite, or two on one PostgreSQL, with everything outside. */
async function house(replicas, { trunk = true, sms = true } = {}) {
  const telegram = await Telegram.start();
  const phones = await Phones.start({ trunk, sms });
  const how = { ...OPTIONS, args: phones.args, env: botOf(telegram) };
  const servers = [];
  if (replicas === 1) servers.push(await Server.start({ ...how, database: "sqlite" }));
  else {
    const databaseUrl = await createDatabase();
    servers.push(await Server.start({ ...how, databaseUrl }));
    // A replica shares the database and the key file.
    servers.push(await Server.start({ ...how, preset: null, openSignUp: false, databaseUrl, data: servers[0].data }));
  }
  const end = async () => {
    for (const server of servers.toReversed()) await server.stop();
    await phones.stop();
    await telegram.stop();
  };
  return { telegram, phones, servers, end };
}

for (const [name, replicas] of [["SQLite", 1], ["two servers on one PostgreSQL", 2]]) {
  test(`ALL-1 ${COPIES} copies of the digits of a call and of a confirmation in Telegram, ${name}`, async (t) => {
    const here = await house(replicas, { sms: false });
    try {
      await t.test("ALL-1 the last four digits of a call", () => raceCall(here));
      await t.test("ALL-1 a confirmation in Telegram, pressed twice", () => raceTelegram(here));
    } finally {
      await here.end();
    }
  });

  test(`ALL-1 ${COPIES} copies of the code of an SMS, ${name}`, async () => {
    const here = await house(replicas, { trunk: false });
    try {
      await raceSms(here);
    } finally {
      await here.end();
    }
  });
}

test("MSG-2 one server reads what chats answer, and another goes on where it was killed", async () => {
  const here = await house(2, { trunk: false, sms: false });
  const { telegram, servers } = here;
  const [first, second] = servers;
  try {
    const ada = telegram.person();
    await ada.says("/help");
    await ada.reads();
    const polls = async () => (await telegram.state()).asked.getUpdates;
    const before = await polls();
    for (let each = 0; each < 5; each += 1) {
      await ada.says("/help");
      await ada.reads();
    }
    const asked = (await polls()) - before;
    assert.ok(asked <= 6, `nobody asks beside the one who does, who asked ${asked} times`);
    assert.equal(await ada.unread(), 0, "each was answered once");
    // The first one began, so it reads; nobody is told that it is gone.
    await first.kill9();
    await ada.says("/status");
    second.clock.turn(LEASE);
    await ada.reads(/linked to nothing/, { within: 30_000 });
    await telegram.handled();
    assert.equal(await ada.unread(), 0);
    await first.again();
  } finally {
    await here.end();
  }
});

async function raceCall({ phones, servers }) {
  const [server] = servers;
  const telephone = await phones.telephone();
  const reads = async () => (await telephone.shows()).slice(-4);
  const account = await phoneOwner(server, telephone.number, reads);
  await telephone.event("CALL_CLOSED");
  const client = await atSecondStep(server.url, account);
  await chooseMethod(client, "phone");
  await askPhone(client);
  const code = await reads();
  await race(servers, client, { code, method: "phone" });
  await telephone.event("CALL_CLOSED");
  assert.equal(telephone.unasked, 0, "one call rang once");
}

async function raceSms({ phones, servers }) {
  const [server] = servers;
  const number = newNumber();
  const reads = async () => {
    const code = await phones.centre.codeFor(number);
    server.neverLogs(code);
    return code;
  };
  const account = await phoneOwner(server, number, reads);
  const client = await atSecondStep(server.url, account);
  await chooseMethod(client, "phone");
  await askPhone(client);
  const code = await reads();
  await race(servers, client, { code, method: "phone" });
  assert.equal(phones.centre.messagesTo(number).length, 2, "one to prove the number, one to sign in");
}

async function raceTelegram({ telegram, servers }) {
  const [server] = servers;
  const account = await protectedMember(server);
  const [ada, ben] = [telegram.person("Ada"), telegram.person("Ben")];
  for (const person of [ada, ben]) await linkTelegram(server, account, person);
  const client = await atSecondStep(server.url, account);
  const method = (await secondStepOf(client)).method;
  if (method !== "telegram") await chooseMethod(client, "telegram");
  const shown = await until("the question has a number", async () => {
    const { telegram: step } = await secondStepOf(client);
    return step?.asked?.number;
  });
  const message = await ada.reads(/Press the number/);
  const presses = await Promise.all([ada.presses(message, shown), ada.presses(message, shown)]);
  const answers = await Promise.all(presses.map((press) => ada.answerTo(press)));
  assert.deepEqual(answers.map(({ text }) => /^Confirmed/.test(text)).sort(), [false, true], "the second press does nothing");
  await race(servers, client, { code: "", method: "telegram" });
  const other = await ben.reads(/Answered in another chat|signing in/);
  await ben.seesEdited(other, /Answered in another chat/);
}

/** All copies come from the browser that holds the challenge, spread over the servers. */
async function race(servers, client, fields) {
  const csrf = csrfOf((await client.get(routes.secondStep)).body);
  const copies = Array.from({ length: COPIES }, (_, index) => {
    client.at(servers[index % servers.length].url);
    return client.formBytes(routes.secondStep, { csrf, ...fields });
  });
  const answers = await volley(copies);
  const statuses = answers.map(({ status }) => status);
  assert.ok(statuses.every((status) => status < 500), `a server error: ${statuses}`);
  let entries = 0;
  for (const answer of answers) {
    const visitor = new Client(servers[0].url);
    visitor.take(answer);
    if (await visitor.isSignedIn()) entries += 1;
    visitor.close();
  }
  assert.equal(entries, 1, `one session; answers ${answers.map(({ status, location }) => location ?? status)}`);
}
