// The harness itself, tried on a toy page and on known answers: a tool that cannot fail proves nothing.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible } from "../lib/axe.mjs";
import { PHONE, assertQuiet, launchBrowser, newPerson } from "../lib/browser.mjs";
import { run } from "../lib/command.mjs";
import { Client, keyOf, volley } from "../lib/http.mjs";
import { press, tabTo, typeInto } from "../lib/keyboard.mjs";
import { MailPeer, SUBJECT } from "../lib/mail.mjs";
import { Phone } from "../lib/oath.mjs";
import { E2E, REPOSITORY, SCREENSHOTS } from "../lib/paths.mjs";
import { Cluster, createDatabase } from "../lib/postgres.mjs";
import { readQr } from "../lib/qr.mjs";
import { shoot, sidewaysScroll } from "../lib/shots.mjs";
import { until } from "../lib/wait.mjs";
import { TOGETHER, startToy } from "./toy.mjs";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
let toy;
let browser;

before(async () => {
  toy = await startToy();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  toy?.close();
});

test("a QR code is read from the screen, light and dark, on a phone and without JavaScript", async () => {
  for (const options of [{}, { scheme: "dark", size: PHONE }, { javaScript: false }]) {
    const person = await newPerson(browser, toy, options);
    const page = await person.newPage();
    await page.goto("/");
    const phone = Phone.scan(await readQr(page.getByRole("img", { name: /qr/i })));
    assert.equal(phone.secret, KEY);
    await person.close();
  }
});

test("the phone's codes are those of RFC 6238", async () => {
  const phone = new Phone("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
  const now = Math.floor(Date.now() / 1000);
  assert.equal(await phone.codeAt(59 - now), "287082");
  assert.equal(await phone.codeAt(1_111_111_109 - now), "081804");
  assert.match(await phone.wrong(), /^\d{6}$/);
});

test("axe works under the strict policy, passes a sound page and finds a flaw", async () => {
  const person = await newPerson(browser, toy);
  const page = await person.newPage();
  await page.goto("/");
  await assertAccessible(page, "toy");
  await page.goto("/flaw");
  await assert.rejects(assertAccessible(page, "flaw"), /label/);
  assertQuiet(person);
  await person.close();
});

test("a page that breaks its policy or asks another server is noticed", async () => {
  const person = await newPerson(browser, toy);
  const page = await person.newPage();
  await page.goto("/");
  await page.evaluate(() => {
    const image = new Image();
    image.src = "http://elsewhere.example/x.png";
    document.body.append(image);
  });
  await until("the page was caught", () => person.grievances.length > 0);
  assert.throws(() => assertQuiet(person));
  await person.close();
});

test("the keyboard alone reaches, types and presses", async () => {
  const person = await newPerson(browser, toy);
  const page = await person.newPage();
  await page.goto("/");
  await typeInto(page, page.getByRole("textbox", { name: "Code" }), "123456");
  await press(page, page.getByRole("button", { name: "Continue" }));
  await until("the form came", () => toy.received.at(-1)?.fields.code === "123456");
  await assert.rejects(tabTo(page, page.getByRole("heading"), { most: 5 }), /does not reach/);
  await person.close();
});

test("pictures are taken in four looks", async () => {
  const person = await newPerson(browser, toy);
  const page = await person.newPage();
  await page.goto("/");
  assert.equal(await sidewaysScroll(page), 0);
  await shoot(page, "toy");
  for (const look of ["390-light", "390-dark", "1280-light", "1280-dark"]) {
    assert.ok(existsSync(path.join(SCREENSHOTS, `toy-${look}.png`)), look);
  }
  await person.close();
});

test("the plain client keeps cookies, finds tokens and keys, and fires 64 requests at once", async () => {
  const client = new Client(toy.url);
  const page = await client.get("/");
  assert.equal(keyOf(page.body), KEY);
  const answer = await client.submit("/", { code: "1" });
  assert.equal(answer.status, 303);
  assert.deepEqual([...client.cookies], [["sid", "1"]]);
  assert.equal(toy.received.at(-1).fields.csrf, "a&b");

  const seen = toy.received.length;
  // Answered only because none of them waits for another one's answer.
  const answers = await volley(Array.from({ length: TOGETHER }, (_, code) => client.formBytes("/together", { code })));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([303]));
  assert.equal(toy.received.length - seen, TOGETHER);
  client.close();
});

test("a cluster of its own survives a pulled plug and a freeze", async () => {
  const cluster = await Cluster.start();
  try {
    const url = await createDatabase(cluster.url);
    const psql = (sql, within) => run("psql", [url, "-AtXc", sql], { within });
    await psql("CREATE TABLE kept (x INT); INSERT INTO kept VALUES (7)");
    await cluster.pullThePlug();
    await assert.rejects(psql("SELECT 1"));
    await cluster.again();
    assert.equal((await psql("SELECT x FROM kept")).stdout.trim(), "7");
    cluster.freeze();
    await assert.rejects(psql("SELECT 1", 500));
    cluster.thaw();
    await psql("SELECT 1");
  } finally {
    await cluster.end();
  }
  assert.ok(!existsSync(cluster.folder));
});

test("the mailbox reads each letter once, by recipient, and the mail server comes back on its port", async () => {
  const mail = await MailPeer.start();
  const python = path.join(REPOSITORY, ".venv/bin/python");
  const script = path.join(E2E, "self-test/letter.py");
  const post = (to, code, password = mail.env.COUNTERSIGN_MAIL_PASSWORD) => {
    const { COUNTERSIGN_MAIL_CA_FILE: authority, COUNTERSIGN_MAIL_USER: user } = mail.env;
    return run(python, [script, String(mail.port), authority, user, password, to, code]);
  };
  try {
    await post("ada@example.test", "012345");
    await post("ada@example.test", "678901");
    await post("bob@example.test", "222222");
    assert.equal(await mail.codeFor("ada@example.test"), "012345");
    const second = await mail.letterTo("Ada@example.test", SUBJECT.code);
    assert.equal(second.subject, "Your sign-in code – Straße");
    assert.match(second.text, /^    678901$/m);
    assert.ok(second.tls && second.login, "STARTTLS and the login are insisted on");
    await assert.rejects(mail.codeFor("ada@example.test", { within: 100 }), /not within/);
    await assert.rejects(post("bob@example.test", "333333", "wrong"), /535/);

    const { port } = mail;
    await mail.down();
    await assert.rejects(post("bob@example.test", "444444"), /refused/);
    await mail.up();
    assert.equal(mail.port, port);
    await post("bob@example.test", "555555");
    assert.equal(await mail.codeFor("bob@example.test"), "222222");
    assert.equal(await mail.codeFor("bob@example.test"), "555555");
  } finally {
    await mail.stop();
  }
});
