// 64 copies of one valid code at the same instant: exactly one session, every round.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atSecondStep, protectedMember } from "../lib/accounts.mjs";
import { csrfOf, volley } from "../lib/http.mjs";
import { createDatabase } from "../lib/postgres.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";

const COPIES = 64;
const ROUNDS = 3;
// As many password hashes at once as the server computes; more would only wait in its queue.
const AT_ONCE = 4;

test("ALL-1 64 copies of a code against SQLite: one session", async (t) => {
  const server = await Server.start({ database: "sqlite", openSignUp: true });
  try {
    for (let round = 1; round <= ROUNDS; round += 1) await t.test(`ALL-1 SQLite, round ${round}`, () => race([server]));
  } finally {
    await server.stop();
  }
});

test("ALL-1 64 copies of a code against two servers on one PostgreSQL: one session", async (t) => {
  const databaseUrl = await createDatabase();
  const first = await Server.start({ databaseUrl, openSignUp: true });
  try {
    // A replica shares the database and the key file.
    const second = await Server.start({ databaseUrl, data: first.data });
    try {
      for (let round = 1; round <= ROUNDS; round += 1) {
        await t.test(`ALL-1 PostgreSQL, two servers, round ${round}`, () => race([first, second]));
      }
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
  }
});

async function race(servers) {
  const account = await protectedMember(servers[0]);
  const clients = await prepare(servers, account);
  const code = await account.phone.shown();
  const requests = clients.map(({ client, csrf }) => client.formBytes(routes.secondStep, { csrf, code }));
  const answers = await volley(requests);

  const statuses = answers.map(({ status }) => status);
  assert.ok(statuses.every((status) => status < 500), `a server error: ${statuses}`);
  answers.forEach((answer, index) => clients[index].client.take(answer));
  const inside = [];
  for (const { client } of clients) inside.push(await client.isSignedIn());
  assert.equal(inside.filter(Boolean).length, 1, `exactly one session; answers ${statuses}`);
  for (const { client } of clients) client.close();
  account.client.close();
}

/** Signs the account in 64 times up to the second step, spread over the servers. */
async function prepare(servers, account) {
  const clients = [];
  let next = 0;
  const worker = async () => {
    while (next < COPIES) {
      const index = next;
      next += 1;
      const client = await atSecondStep(servers[index % servers.length].url, account);
      clients[index] = { client, csrf: csrfOf((await client.get(routes.secondStep)).body) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return clients;
}
