// People with a telephone and with Telegram, made over plain HTTP, for journeys about the server alone.
import assert from "node:assert/strict";
import { answerSecondStep, protectedMember, stepUp } from "./accounts.mjs";
import { routes } from "./routes.mjs";

const ASK = "/second-step/phone";
const TELEGRAM = "/account/security/telegram";

/** What a server is told of a bot. */
export function botOf(telegram) {
  return {
    COUNTERSIGN_TELEGRAM_BOT: telegram.bot.username,
    COUNTERSIGN_TELEGRAM_TOKEN: telegram.token,
    COUNTERSIGN_TELEGRAM_API_URL: telegram.url,
  };
}

/** Has the account's number called or written to, in a client that is at the second step. */
export async function askPhone(client) {
  const asked = await client.submit(routes.secondStep, {}, ASK);
  assert.ok(asked.status < 400, `it was not asked for: ${asked.status} ${asked.words.slice(0, 600)}`);
}

/** Begins to add a number. */
export async function addNumber(account, number) {
  const { client } = account;
  let started = await client.submit(routes.phone, { number });
  if (started.location?.startsWith(routes.stepUp)) {
    await stepUp(account);
    started = await client.submit(routes.phone, { number });
  }
  assert.equal(started.location, routes.secondStep, `no number was added: ${started.status} ${started.words.slice(0, 600)}`);
}

/**
 * Somebody with an authenticator and a number that is proved.
 * @param {() => Promise<string>} reads the digits that came to the phone
 */
export async function phoneOwner(server, number, reads) {
  const account = await protectedMember(server);
  server.neverLogs(number, number.slice(1), number.slice(-8));
  await addNumber(account, number);
  await askPhone(account.client);
  const digits = await reads();
  const done = await answerSecondStep(account.client, digits, "phone");
  assert.equal(done.status, 303, `the number was not proved: ${done.status} ${done.words.slice(0, 600)}`);
  return account;
}

/** Links a person's Telegram account in a client that is signed in. */
export async function linkTelegram(server, account, person) {
  const { client } = account;
  server.neverLogs(String(person.id), person.from.username);
  let started = await client.submit(TELEGRAM, {}, `${TELEGRAM}/start`);
  if (started.location?.startsWith(routes.stepUp)) {
    await stepUp(account);
    started = await client.submit(TELEGRAM, {}, `${TELEGRAM}/start`);
  }
  const link = started.body.match(/href="(https:\/\/t\.me\/[^"]+)"/)?.[1];
  assert.ok(link, `no link to the bot: ${started.status} ${started.words.slice(0, 600)}`);
  server.neverLogs(new URL(link.replaceAll("&amp;", "&")).searchParams.get("start"));
  await person.follows(link.replaceAll("&amp;", "&"));
  const { text } = await person.reads(/\d{6}/);
  const code = text.match(/(?<!\d)\d{6}(?!\d)/)[0];
  server.neverLogs(code);
  const done = await client.submit(`${TELEGRAM}/link`, { code }, `${TELEGRAM}/confirm`);
  assert.equal(done.status, 303, `it was not linked: ${done.status} ${done.words.slice(0, 600)}`);
}

/** How the second step stands, as the API tells it. */
export async function secondStepOf(client) {
  const answer = await client.get("/api/v1/second-step", { accept: "application/json" });
  assert.equal(answer.status, 200, `the second step is over: ${answer.status} ${answer.body.slice(0, 300)}`);
  return JSON.parse(answer.body);
}
