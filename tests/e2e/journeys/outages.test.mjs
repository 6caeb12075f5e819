// The database goes away and comes back; the power is cut. Nothing acknowledged is lost, and "could not look"
// never reads as "not there".
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, protectedMember } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { Cluster } from "../lib/postgres.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { until } from "../lib/wait.mjs";

test("a PostgreSQL that goes away gives 503, and everything works again by itself", async (t) => {
  const cluster = await Cluster.start();
  try {
    const server = await Server.start({ databaseUrl: cluster.url, openSignUp: true });
    try {
      const account = await protectedMember(server);
      const waiting = await atSecondStep(server.url, account);
      const page = await waiting.get(routes.secondStep);
      assert.equal(page.status, 200);

      await t.test("the plug is pulled", async () => {
        await cluster.pullThePlug();
        await assertUnavailable(server, account.client);
        assert.equal((await new Client(server.url).get("/healthz")).status, 200, "the process itself is well");
        await cluster.again();
        await assertBack(server, account.client);
      });

      await t.test("the database hangs", async () => {
        cluster.freeze();
        try {
          await assertUnavailable(server, account.client);
        } finally {
          cluster.thaw();
        }
        await assertBack(server, account.client);
      });

      await t.test("the challenge from before the outage still takes its code", async () => {
        const answer = await answerSecondStep(waiting, await account.phone.fresh());
        assert.equal(answer.status, 303, answer.words);
        assert.ok(await waiting.isSignedIn());
      });
    } finally {
      await server.stop();
    }
  } finally {
    await cluster.end();
  }
});

test("what was acknowledged survives kill -9 on SQLite", () => killAndLook({ database: "sqlite" }));

test("what was acknowledged survives kill -9 of server and PostgreSQL", async () => {
  const cluster = await Cluster.start();
  try {
    await killAndLook({ databaseUrl: cluster.url }, cluster);
  } finally {
    await cluster.end();
  }
});

async function killAndLook(options, cluster) {
  const server = await Server.start({ ...options, openSignUp: true });
  const cut = async () => {
    await Promise.all([server.kill9(), cluster?.pullThePlug()]);
    await cluster?.again();
    await server.again();
  };
  try {
    // The device was acknowledged the moment before.
    const account = await protectedMember(server);
    await cut();
    const client = await atSecondStep(server.url, account);

    // The session was acknowledged, and with it that its code is spent (ALL-1).
    const code = await account.phone.shown();
    const second = await atSecondStep(server.url, account);
    assert.equal((await answerSecondStep(client, code)).status, 303);
    await cut();
    assert.ok(await client.isSignedIn(), "the session is still there");
    await answerSecondStep(second, code);
    assert.equal(await second.isSignedIn(), false, "ALL-1: the code is still spent");
  } finally {
    await server.stop();
  }
}

async function assertUnavailable(server, client) {
  const answers = await Promise.all([client.get(routes.account), new Client(server.url).get("/readyz")]);
  assert.deepEqual(answers.map(({ status }) => status), [503, 503]);
  assert.equal(answers[0].setCookies.length, 0, "nobody is signed out because the database is away");
}

async function assertBack(server, client) {
  await until("the server is ready again", async () => (await new Client(server.url).get("/readyz")).status === 200);
  assert.equal((await client.get(routes.account)).status, 200, "the session of before goes on");
}
