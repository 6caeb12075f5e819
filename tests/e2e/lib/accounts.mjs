// Accounts in the state a journey starts from, made over plain HTTP through the product's own forms.
import assert from "node:assert/strict";
import { Client, keyOf } from "./http.mjs";
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
  await passFirstStep(client, person);
  assert.ok(await client.isSignedIn(), "signed up and signed in");
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
  const phone = new Phone(keyOf(page.body));
  server.neverLogs(phone.secret);
  const fields = { code: await phone.slow(), name: deviceName };
  const done = await client.submit(routes.setUp, fields, routes.setUpConfirm);
  assert.equal(done.status, 303, `the device was refused: ${done.status} ${done.words.slice(0, 600)}`);
  return phone;
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

/** Enters a code; the answer is not followed. */
export function answerSecondStep(client, code) {
  return client.submit(routes.secondStep, { code });
}
