// REC-3: what an operator takes over from another system signs in here: the old password, the old phone.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { answerSecondStep, atSecondStep, passFirstStep } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { Phone } from "../lib/oath.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ preset: "authenticator" });

const PASSWORD = "Correct horse \u00e9";
// The same password, as other systems keep it.
const HASHES = {
  bcrypt: "$2b$04$abcdefghijklmnopqrstuuTD0WaS8Fq8wE1GswEIkDddkxSHS2Q1i",
  scrypt: "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$P+atfGrRyVaSbKJGgzeo4bkaC7mKZamfNMpQ0yrI8i8",
  pbkdf2: "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$CIUQkj5D44ZQW4LRKrY6Z6T0+Ohss7eOUGcObIAlRxI",
};
const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

let folder;
before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), "countersign-import-"))));
after(() => rm(folder, { recursive: true, force: true }));

async function file(name, text) {
  const place = path.join(folder, name);
  await writeFile(place, text);
  return place;
}

/** Runs the command; refused lines make it end as a check that found something. */
async function imported(...args) {
  return here.server.cli("import", ...args).catch((error) => String(error));
}

test("REC-3 accounts: a dry run tells what would happen, and every refused line is named", async () => {
  const members = await file(
    "members.csv",
    "email,display_name,email_verified,password_hash,external_id\n" +
      `bcrypt@example.test,Berta Bcrypt,yes,${HASHES.bcrypt},4711\n` +
      `scrypt@example.test,Selma Scrypt,yes,"${HASHES.scrypt}",4712\n` +
      `pbkdf2@example.test,Petra PBKDF2,yes,"${HASHES.pbkdf2}",4713\n` +
      "not an address,Nobody,yes,,4714\n",
  );
  const report = path.join(folder, "refused.csv");
  here.server.neverLogs(PASSWORD, ...Object.values(HASHES), KEY);
  const dry = await imported("accounts", members, "--dry-run", "--report", report);
  assert.match(dry, /3 accounts would be taken over into \S+, 1 refusal\./);
  assert.match(dry, /Nothing was written\./);
  assert.match(await readFile(report, "utf8"), /^5,email,/m, "the line, its field and the reason");
  const early = await new Client(here.server.url).submit(routes.signIn, { email: "bcrypt@example.test", password: PASSWORD });
  assert.notEqual(early.status, 303, "a dry run makes nobody");

  assert.match(await imported("accounts", members), /3 accounts taken over into \S+, 1 refusal\./);
  assert.match(await imported("accounts", members), /taken over completely/, "the same file is not taken over twice");
});

test("REC-3 a person signs in with the password from before, also once it is hashed anew", async () => {
  for (const kind of Object.keys(HASHES)) {
    const account = { email: `${kind}@example.test`, password: PASSWORD };
    for (let time = 1; time <= 2; time += 1) {
      const client = new Client(here.server.url);
      const wrong = await client.submit(routes.signIn, { ...account, password: `${PASSWORD}!` });
      assert.notEqual(wrong.status, 303, `${kind}: another password does not do`);
      await passFirstStep(client, account);
      const home = await client.get(routes.account);
      assert.ok(home.status === 200 || home.location.startsWith(routes.enrolment), `${kind}, time ${time}`);
      client.close();
    }
  }
});

test("REC-3 a person goes on with the authenticator from before", async () => {
  const keys = await file("keys.txt", `# from the old system\notpauth://totp/Acme:bcrypt@example.test?secret=${KEY}&issuer=Acme\n`);
  assert.match(await imported("authenticators", keys, "--dry-run"), /1 authenticator would be taken over/);
  assert.match(await imported("authenticators", keys), /1 authenticator taken over/);
  const phone = new Phone(KEY);
  const account = { email: "bcrypt@example.test", password: PASSWORD };
  const stranger = await atSecondStep(here.server.url, account);
  assert.equal((await answerSecondStep(stranger, await phone.wrong())).status, 401);
  const portal = await here.visitor();
  await portal.signIn(account, await phone.shown());
  await portal.open(routes.security);
  await portal.device("Acme").waitFor();
  await here.leave(portal);
});

test("REC-3 keys out of an app's export: Aegis, and only those of this issuer", async () => {
  const entry = (name, issuer, secret) => ({
    type: "totp", uuid: "00000000-0000-4000-8000-000000000000", name, issuer,
    info: { secret, algo: "SHA1", digits: 6, period: 30 },
  });
  const vault = await file("vault.json", JSON.stringify({
    version: 1, header: { slots: null, params: null },
    db: { version: 2, entries: [entry("scrypt@example.test", "Acme", KEY), entry("scrypt", "Elsewhere", KEY)] },
  }));
  const told = await imported("authenticators", vault, "--format", "aegis", "--issuer", "Acme");
  assert.match(told, /1 authenticator taken over into \S+, 1 refusal\./);
  const client = await atSecondStep(here.server.url, { email: "scrypt@example.test", password: PASSWORD });
  await answerSecondStep(client, await new Phone(KEY).shown());
  assert.ok(await client.isSignedIn());
});
