// The API under hostile and odd input, made up by schemathesis from the served OpenAPI document: no server
// error, and every answer as documented.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { member, staff } from "../lib/accounts.mjs";
import { run } from "../lib/command.mjs";
import { csrfOf } from "../lib/http.mjs";
import { E2E, REPOSITORY } from "../lib/paths.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";

const SCHEMATHESIS = path.join(REPOSITORY, ".venv/bin/schemathesis");
const CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance";

let server;
let folder;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "countersign-fuzz-"));
  server = await Server.start({ openSignUp: true });
});

after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Who calls, the headers that say so, and what the audit log tells of them where odd input came past the door. */
const CALLERS = {
  "a stranger": { comes: () => member(server), headersOf: async () => [] },
  "a member's token": {
    comes: () => member(server),
    headersOf: async (account) => [`Authorization: Bearer ${await tokenOf(account)}`],
  },
  "a member's session": { comes: () => member(server), headersOf: sessionOf, leaves: "profile.changed" },
  "an administrator's session": { comes: () => staff(server, "administrator"), headersOf: sessionOf, leaves: "profile.changed" },
};

for (const [who, { comes, headersOf, leaves }] of Object.entries(CALLERS)) {
  test(`ALL-6 the API has no server error for ${who}`, async (t) => {
    const account = await comes();
    const document = await account.client.get(routes.openApi);
    assert.equal(document.status, 200);
    const file = path.join(folder, "openapi.json");
    await writeFile(file, document.body);
    const headers = (await headersOf(account)).flatMap((header) => ["--header", header]);
    const cases = await fuzz(file, headers);
    for (const { name, problem } of cases) {
      await t.test(`ALL-6 ${name}, for ${who}`, () => assert.equal(problem, undefined, problem));
    }
    assert.equal((await account.client.get("/healthz")).status, 200);
    if (leaves) {
      const told = await server.cli("audit", "list", "--event", leaves);
      assert.match(told, new RegExp(`${leaves.replace(".", "\\.")} +${account.email}`), "the odd input came past the door");
    }
  });
}

/** The cookie of a session that has just proved who it is, and the token against forged requests. */
async function sessionOf({ client }) {
  const { body } = await client.get(routes.profile);
  return [`Cookie: ${[...client.cookies].map((pair) => pair.join("=")).join("; ")}`, `X-CSRF-Token: ${csrfOf(body)}`];
}

/** A bearer token with every scope, made on the account's own page. */
async function tokenOf({ client }) {
  const scopes = ["account:read", "sessions:read", "sessions:end", "activity:read"];
  const ticked = Object.fromEntries(scopes.map((scope) => [scope, "on"]));
  const made = await client.submit(routes.apiTokenNew, { name: "Fuzz", days: "1", ...ticked }, routes.apiTokens);
  const token = made.body.match(/\bcs_[\w-]{43}/)?.[0];
  assert.ok(token, `no token was shown: ${made.status} ${made.words.slice(0, 400)}`);
  return token;
}

/** One result an operation of the API: its name, and what was wrong if anything was. */
async function fuzz(document, headers) {
  const report = path.join(folder, "report.xml");
  const { stdout, stderr, code } = await run(
    SCHEMATHESIS,
    [
      "run", document, "--url", server.url, "--checks", CHECKS, "--phases", "examples,coverage,fuzzing",
      "--max-examples", "40", "--seed", "1", "--workers", "1", "--request-timeout", "10", "--no-color",
      "--continue-on-failure", "--exclude-path", "/api/v1/sign-out", "--report", "junit", "--report-junit-path", report, ...headers,
    ],
    { env: { SCHEMATHESIS_HOOKS: "hooks", PYTHONPATH: path.join(E2E, "fuzz") }, cwd: folder, fails: true, within: 240_000 },
  );
  assert.ok(existsSync(report), `schemathesis ended with ${code}\n${stdout}${stderr}`);
  const cases = casesOf(readFileSync(report, "utf8"));
  assert.ok(cases.length > 0, `schemathesis tested nothing:\n${stdout}${stderr}`);
  // It also fails for reasons that belong to no operation.
  if (code !== 0 && cases.every(({ problem }) => !problem)) cases.push({ name: "the run", problem: stdout + stderr });
  return cases;
}

function casesOf(xml) {
  return [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(([, attributes, inside]) => ({
    name: attributes.match(/\bname="([^"]*)"/)[1],
    problem: inside?.match(/<(?:failure|error)\b[\s\S]*/)?.[0],
  }));
}
