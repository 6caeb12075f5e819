// Accounts in the state a journey starts from, made over plain HTTP through the product's own forms.
import assert from "node:assert/strict";
import { Client, csrfOf, keyOf, wordsOf } from "./http.mjs";
import { SUBJECT } from "./mail.mjs";
import { Phone } from "./oath.mjs";
import { routes } from "./routes.mjs";

let counter = 0;

/** Details of somebody new. The password is long, uncommon and has nothing of the name in it. */
export function somebody(name = "Mara Lindqvist") {
  counter += 1;
  const unique = `${Date.now().toString(36)}${counter}`;
  return {
    name,
    email: `mara.${unique}@example.test`,
    password: `violet-harbour-${unique}-lantern`,
  };
}

/** Signs somebody up and in; the server must have been started with `openSignUp`. */
export async function member(server, person = somebody()) {
  const client = new Client(server.url);
  server.neverLogs(person.password);
  const made = await client.submit(routes.signUp, {
    email: person.email,
    display_name: person.name,
    password: person.password,
  });
  assert.ok(made.status < 400, `sign-up answered ${made.status}: ${made.words.slice(0, 600)}`);
  // Where mail goes out, the link in the letter makes the account and signs in.
  if (server.mail) {
    await spendLink(client, await server.mail.linkFor(person.email, SUBJECT.signUp), { password: person.password });
  }
  else await passFirstStep(client, person);
  assert.ok(await client.hasSession(), "signed up and signed in");
  return { ...person, client };
}

/** A member with one authenticator, whose present code is still unused (see `Phone.slow`). */
export async function protectedMember(server, person = somebody()) {
  const account = await member(server, person);
  account.phone = await enrol(server, account.client);
  return account;
}

/** Sets an authenticator up in a signed-in client. */
export async function enrol(server, client, deviceName = "First phone") {
  const started = await client.submit(routes.setUpBefore, {}, routes.setUpStart);
  assert.equal(started.status, 303, `the set-up did not start: ${started.status} ${started.words.slice(0, 600)}`);
  const page = await client.get(routes.setUp);
  const phone = new Phone(keyOf(page.body), server.clock);
  server.neverLogs(phone.secret);
  const fields = { code: await phone.slow(), name: deviceName };
  const done = await client.submit(routes.setUp, fields, routes.setUpConfirm);
  assert.equal(done.status, 303, `the device was refused: ${done.status} ${done.words.slice(0, 600)}`);
  return phone;
}

/** Somebody with an account whose address nobody has confirmed: the operator invited them by a link of their own. */
export async function unconfirmedMember(server, person = somebody("Ivo Invited")) {
  const told = await server.cli("account", "add", person.email);
  const client = new Client(server.url);
  server.neverLogs(person.password);
  const link = new URL(told.match(/https?:\/\/\S+\/link\/[\w-]+/)[0]).pathname;
  await spendLink(client, link, { password: person.password, display_name: person.name });
  assert.ok(await client.hasSession(), "the invitation signs in");
  return { ...person, client };
}

/**
 * Somebody of the staff, whom the operator invited: with an authenticator, as theirs has to be a strong second step, and
 * with a recovery key where the policy has one made.
 * @param {"support" | "administrator"} role
 */
export async function staff(server, role, person = somebody(role === "support" ? "Sam Support" : "Ada Administrator")) {
  const told = await server.cli("account", "add", person.email, "--role", role);
  const client = new Client(server.url);
  server.neverLogs(person.password);
  const link = new URL(told.match(/https?:\/\/\S+\/link\/[\w-]+/)[0]).pathname;
  await spendLink(client, link, { password: person.password, display_name: person.name });
  const account = { ...person, client };
  // The link was the operator's and no letter's, so nobody has shown yet whose the address is.
  await server.cli("account", "confirm-address", person.email);
  account.phone = await enrol(server, client);
  const home = await client.get(routes.account);
  if (home.location?.startsWith(routes.recoveryKey)) account.key = await makeRecoveryKey(server, client);
  assert.ok(await client.isSignedIn(), "staff with an authenticator are in");
  return account;
}

/** Proves once more that it is them, in a client that is signed in. */
export async function stepUp(account) {
  const done = await account.client.submit(routes.stepUp, { code: await account.phone.fresh() });
  assert.equal(done.status, 303, `the step-up was refused: ${done.status} ${done.words.slice(0, 600)}`);
}

/**
 * Opens a page of the staff's, proving once more who it is where that is asked, and sends its form.
 * @param {Record<string, string>} fields
 */
export async function submitAsStaff(account, page, fields, action = page) {
  const { client } = account;
  if ((await client.get(page)).location?.startsWith(routes.stepUp)) await stepUp(account);
  let done = await client.submit(page, fields, action);
  if (done.location?.startsWith(routes.stepUp)) {
    await stepUp(account);
    done = await client.submit(page, fields, action);
  }
  return done;
}

/** A member to whom codes go by e-mail. */
export async function mailedMember(server, person = somebody()) {
  const account = await member(server, person);
  await enableEmailCodes(server, account);
  return account;
}

/** The same with a recovery key, which is saved. */
export async function keyHolder(server, person = somebody()) {
  const account = await mailedMember(server, person);
  account.key = await makeRecoveryKey(server, account.client);
  return account;
}

/** Switches codes by e-mail on in a signed-in client. */
export async function enableEmailCodes(server, { client, email }) {
  const started = await client.submit(routes.emailCodes, {}, routes.emailCodesStart);
  assert.equal(started.location, routes.secondStep, `it did not start: ${started.status} ${started.words.slice(0, 600)}`);
  const done = await answerSecondStep(client, await mailedCode(server, client, email));
  assert.equal(done.status, 303, `e-mail codes were not switched on: ${done.status} ${done.words.slice(0, 600)}`);
}

/** Makes a recovery key in a client that may, and shows that it was saved. */
export async function makeRecoveryKey(server, client) {
  const page = await client.submit(routes.recoveryKey, {}, routes.recoveryKeyMake);
  assert.equal(page.status, 200, `no key was made: ${page.status} ${page.words.slice(0, 600)}`);
  const { key, groups } = recoveryKeyOf(page.body);
  server.neverLogs(key, key.replaceAll("-", ""));
  const [first, second] = groups;
  const saved = await client.post(routes.recoveryKeySave, { csrf: csrfOf(page.body), key, first, second });
  assert.equal(saved.status, 303, `it was not saved: ${saved.status} ${saved.words.slice(0, 600)}`);
  return key;
}

/** The key on the page that shows it once, and the two groups that the page wants typed. */
export function recoveryKeyOf(html) {
  const key = html.match(/\bname="key"[^>]*\bvalue="([0-9A-Z]{4}(?:-[0-9A-Z]{4}){5})"/)?.[1];
  assert.ok(key, `no recovery key in: ${wordsOf(html).slice(0, 600)}`);
  const numbers = [...wordsOf(html).matchAll(/\bgroup (\d)\b/gi)].map(([, number]) => Number(number));
  const groups = [...new Set(numbers)].map((number) => key.split("-")[number - 1]);
  assert.equal(groups.length, 2, `two groups are to be typed: ${wordsOf(html).slice(0, 600)}`);
  return { key, groups };
}

/** What mail scanners do with a link: they look at it and at the page behind it, and press nothing. */
export async function scan(server, link) {
  for (const method of ["HEAD", "GET", "HEAD", "GET"]) {
    const scanner = new Client(server.url);
    assert.equal((await scanner.request(method, link)).location, routes.link);
    assert.equal((await scanner.request(method, routes.link)).status, 200, "the link is not spent");
    scanner.close();
  }
}

/**
 * Opens a letter's link and presses the button of its page: only that spends it.
 * @param {Record<string, string>} [fields] what the page asks for
 */
export async function spendLink(client, link, fields = {}) {
  const opened = await client.get(link);
  assert.equal(opened.location, routes.link, `the link answered ${opened.status}: ${opened.words.slice(0, 600)}`);
  const done = await client.submit(routes.link, fields);
  assert.ok(done.status < 400, `the link was refused: ${done.status} ${done.words.slice(0, 600)}`);
  return done;
}

/** E-mail address and password. */
export async function passFirstStep(client, { email, password }) {
  const answer = await client.submit(routes.signIn, { email, password });
  assert.equal(answer.status, 303, `the first step answered ${answer.status}: ${answer.words.slice(0, 600)}`);
  return answer;
}

/** A new browser of this account, after the password and before the code. */
export async function atSecondStep(base, account) {
  const client = new Client(base);
  const answer = await passFirstStep(client, account);
  assert.match(answer.location, /\/second-step$/, "APP-1: the password alone opens nothing");
  return client;
}

/** Enters a code, or a recovery key; the answer is not followed. */
export function answerSecondStep(client, code, method) {
  return client.submit(routes.secondStep, method ? { code, method } : { code });
}

/** The code out of the letter that answers what this client's page waits for. */
export async function mailedCode(server, client, email) {
  const page = await client.get(routes.secondStep);
  return server.mail.codeFor(email, { says: referenceOf(page.body) });
}

/** The four characters that stand on the page and in its letter. */
export function referenceOf(html) {
  const reference = html.match(/class="reference-code"[^>]*>([0-9A-Z]{4})</)?.[1];
  assert.ok(reference, `no code was sent, says the page: ${wordsOf(html).slice(0, 600)}`);
  return reference;
}

/** Goes on with another method of the second step. */
export async function chooseMethod(client, method) {
  const chosen = await client.submit(routes.otherWays, { method });
  assert.equal(chosen.location, routes.secondStep, `${method} is not on offer: ${chosen.words.slice(0, 600)}`);
}
