// ALL-1 and ALL-2 for the ways in that came with the desk and with single sign-on: copies of a support code and of a
// provider's answer at the same instant, on one server and on two; and that starting again gives no tries back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, protectedMember, staff } from "../lib/accounts.mjs";
import { Client, csrfOf, volley } from "../lib/http.mjs";
import { ALLOWS_LOOPBACK, Provider, addressOf, atProvider, connect } from "../lib/oidc.mjs";
import { createDatabase } from "../lib/postgres.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";

const COPIES = 48;
// Every browser at the second step has paid for a password hash; each sends several copies.
const BROWSERS = 8;
const OPTIONS = { openSignUp: true, preset: "recommended", env: ALLOWS_LOOPBACK };

test("ALL-1 copies of a support code and of a provider's answer against SQLite: one session each", async (t) => {
  const server = await Server.start({ ...OPTIONS, database: "sqlite" });
  try {
    await races(t, "SQLite", [server]);
    await t.test("ALL-2 SQLite, wrong support codes", () => guessing(server));
  } finally {
    await server.stop();
  }
});

test("ALL-1 the same against two servers on one PostgreSQL", async (t) => {
  const databaseUrl = await createDatabase();
  const first = await Server.start({ ...OPTIONS, databaseUrl });
  try {
    // A replica shares the database, the key file and the public address.
    const shared = { databaseUrl, data: first.data, publicAddress: first.url };
    const second = await Server.start({ ...shared, env: ALLOWS_LOOPBACK });
    try {
      await races(t, "PostgreSQL, two servers", [first, second]);
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
  }
});

async function races(t, where, servers) {
  await t.test(`ALL-1 ${where}, support code`, () => raceCode(servers));
  const provider = await Provider.start();
  try {
    const ada = await staff(servers[0], "administrator");
    await connect(servers[0], ada, provider, "corp");
    await t.test(`ALL-1 ${where}, provider's answer`, () => raceAnswer(servers, provider));
  } finally {
    await provider.stop();
  }
}

/** A member whom support has suspended, and the code that it reads out. */
async function suspended(server) {
  const account = await protectedMember(server);
  const why = ["--reason", "lost phone", "--identity", "called back"];
  await server.cli("support", "suspend", account.email, "--for", "1h", ...why);
  const told = await server.cli("support", "code", account.email);
  const code = told.match(/\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/)?.[0];
  assert.ok(code, told);
  server.neverLogs(code);
  return { account, code };
}

async function raceCode(servers) {
  const { account, code } = await suspended(servers[0]);
  const clients = [];
  for (let each = 0; each < BROWSERS; each += 1) {
    const client = await atSecondStep(servers[each % servers.length].url, account);
    clients.push({ client, csrf: csrfOf((await client.get(routes.secondStep)).body) });
  }
  const copies = Array.from({ length: COPIES }, (_, index) => {
    const { client, csrf } = clients[index % BROWSERS];
    client.at(servers[Math.floor(index / BROWSERS) % servers.length].url);
    return client.formBytes(routes.secondStep, { csrf, code, method: "support-code" });
  });
  await assertOneEntry(servers, await volley(copies));
}

/** One browser's answer of the provider, followed many times at once. */
async function raceAnswer(servers, provider) {
  await provider.signsIn(atProvider("racer"));
  const client = new Client(servers[0].url);
  const away = await client.submit(routes.signIn, {}, "/sso/corp/start");
  assert.equal(away.status, 200, away.words.slice(0, 400));
  const back = await provider.visit(addressOf(away.body));
  const copies = Array.from({ length: COPIES }, (_, index) => {
    client.at(servers[index % servers.length].url);
    return client.getBytes(back);
  });
  await assertOneEntry(servers, await volley(copies));
}

async function assertOneEntry(servers, answers) {
  const told = answers.map(({ status, location }) => location ?? status);
  assert.ok(answers.every(({ status }) => status < 500), `a server error: ${told}`);
  let entries = 0;
  for (const answer of answers) {
    const client = new Client(servers[0].url);
    client.take(answer);
    const home = await client.get(routes.account);
    if (home.status === 200 || home.location?.startsWith(routes.enrolment)) entries += 1;
    client.close();
  }
  assert.equal(entries, 1, `one session; answers ${told}`);
}

/** Strangers who know the password guess support codes: they are stopped, and starting again gives nothing back. */
async function guessing(server) {
  const { account, code } = await suspended(server);
  let answered = 0;
  for (; answered < 30; answered += 1) {
    const stranger = await atSecondStep(server.url, account);
    const answer = await answerSecondStep(stranger, "ZZZZ-ZZZZ", "support-code");
    stranger.close();
    if (answer.status === 429) break;
    assert.equal(answer.status, 401, answer.words.slice(0, 300));
  }
  assert.ok(answered < 30, "wrong codes are limited over challenges and addresses");
  const stranger = await atSecondStep(server.url, account);
  assert.equal((await answerSecondStep(stranger, code, "support-code")).status, 429, "even with the right code");
  assert.equal(await stranger.isSignedIn(), false);
}
