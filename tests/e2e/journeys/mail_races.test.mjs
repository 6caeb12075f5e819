// Many copies of what works once, at the same instant: a mailed code, a recovery key, a reset link. One success each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atSecondStep, chooseMethod, keyHolder, mailedMember } from "../lib/accounts.mjs";
import { Client, csrfOf, volley } from "../lib/http.mjs";
import { MailPeer, SUBJECT } from "../lib/mail.mjs";
import { createDatabase } from "../lib/postgres.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";

const COPIES = 50;
// Every browser at the second step has paid for a password hash; each sends several copies.
const BROWSERS = 10;
const OPTIONS = { openSignUp: true, preset: "email-with-recovery-key" };
const RACES = [
  ["mailed code", raceCode],
  ["recovery key", raceKey],
  ["reset link", raceLink],
];

test("ALL-1 50 copies of a code, a key and a link against SQLite: one success each", async (t) => {
  const mail = await MailPeer.start();
  try {
    const server = await Server.start({ ...OPTIONS, database: "sqlite", mail });
    try {
      for (const [what, race] of RACES) await t.test(`ALL-1 SQLite, ${what}`, () => race([server]));
    } finally {
      await server.stop();
    }
  } finally {
    await mail.stop();
  }
});

test("ALL-1 50 copies of each against two servers on one PostgreSQL: one success each", async (t) => {
  const mail = await MailPeer.start();
  const databaseUrl = await createDatabase();
  try {
    const first = await Server.start({ ...OPTIONS, databaseUrl, mail });
    try {
      // A replica shares the database and the key file, and sends letters, too.
      const second = await Server.start({ databaseUrl, data: first.data, mail });
      try {
        for (const [what, race] of RACES) {
          await t.test(`ALL-1 PostgreSQL, two servers, ${what}`, () => race([first, second]));
        }
      } finally {
        await second.stop();
      }
    } finally {
      await first.stop();
    }
  } finally {
    await mail.stop();
  }
});

/** A code belongs to one challenge, so all copies come from the browser that holds it. */
async function raceCode(servers) {
  const account = await mailedMember(servers[0]);
  const client = await atSecondStep(servers[0].url, account);
  const code = await servers[0].mail.codeFor(account.email);
  const csrf = csrfOf((await client.get(routes.secondStep)).body);
  const copies = Array.from({ length: COPIES }, (_, index) => {
    client.at(servers[index % servers.length].url);
    return client.formBytes(routes.secondStep, { csrf, code, method: "email" });
  });
  const answers = await volley(copies);
  await assertOneEntry(servers, answers);
}

/** The key opens any challenge of the account, once. */
async function raceKey(servers) {
  const account = await keyHolder(servers[0]);
  const clients = [];
  for (let each = 0; each < BROWSERS; each += 1) {
    const client = await atSecondStep(servers[each % servers.length].url, account);
    await chooseMethod(client, "recovery-key");
    clients.push({ client, csrf: csrfOf((await client.get(routes.secondStep)).body) });
  }
  const copies = Array.from({ length: COPIES }, (_, index) => {
    const { client, csrf } = clients[index % BROWSERS];
    client.at(servers[Math.floor(index / BROWSERS) % servers.length].url);
    return client.formBytes(routes.secondStep, { csrf, code: account.key, method: "recovery-key" });
  });
  const answers = await volley(copies);
  await assertOneEntry(servers, answers);
}

/** The link sets one password and no second one. */
async function raceLink(servers) {
  const account = await mailedMember(servers[0]);
  await new Client(servers[0].url).submit(routes.forgotPassword, { email: account.email });
  const link = await servers[0].mail.linkFor(account.email, SUBJECT.reset);
  const client = new Client(servers[0].url);
  await client.get(link);
  const csrf = csrfOf((await client.get(routes.link)).body);
  const passwords = Array.from({ length: COPIES }, (_, index) => `${account.password}-${index}`);
  const copies = passwords.map((password, index) => {
    client.at(servers[index % servers.length].url);
    return client.formBytes(routes.link, { csrf, password });
  });
  const answers = await volley(copies);
  assertNoFault(answers);
  const winners = passwords.filter((_, index) => answers[index].status === 303);
  assert.equal(winners.length, 1, `one password was set; answers ${answers.map(({ status }) => status)}`);
  await atSecondStep(servers[0].url, { ...account, password: winners[0] });
}

function assertNoFault(answers) {
  const statuses = answers.map(({ status }) => status);
  assert.ok(statuses.every((status) => status < 500), `a server error: ${statuses}`);
}

/** Exactly one answer brought a session: it opens the account, or at least the page that makes a new key. */
async function assertOneEntry(servers, answers) {
  assertNoFault(answers);
  let entries = 0;
  for (const answer of answers) {
    const client = new Client(servers[0].url);
    client.take(answer);
    const account = await client.get(routes.account);
    if (account.status === 200 || account.location?.startsWith(routes.recoveryKey)) entries += 1;
    client.close();
  }
  assert.equal(entries, 1, `one session; answers ${answers.map(({ status, location }) => location ?? status)}`);
}
