// No way around the second step, and no way to lock its owner out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerSecondStep, atSecondStep, member, passFirstStep, protectedMember, somebody } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { routes } from "../lib/routes.mjs";
import { Server } from "../lib/server.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ browser: false, openSignUp: true });

const MEMBERS_PAGES = [
  routes.account, routes.profile, routes.password, routes.security, routes.setUpBefore, routes.setUp,
  routes.stepUp, routes.sessions, routes.activity, routes.apiTokens, routes.apiTokenNew,
];

test("APP-1 ALL-9 with the password alone every page of the account leads to the sign-in", async () => {
  const account = await protectedMember(here.server);
  const client = await atSecondStep(here.server.url, account);
  for (const path of MEMBERS_PAGES) {
    const answer = await client.get(path);
    assert.equal(answer.status, 303, path);
    assert.match(answer.location, /^\/sign-in/, path);
  }
});

test("ALL-4 ALL-9 a reset link changes the password and still asks for the code", async () => {
  const account = await protectedMember(here.server);
  const told = await here.server.cli("account", "reset-link", account.email);
  const link = new URL(told.match(/https?:\/\/\S+\/link\/[\w-]+/)[0]).pathname;
  const client = new Client(here.server.url);
  assert.equal((await client.get(link)).status, 303);
  const password = `${account.password}-new`;
  here.server.neverLogs(password);
  const set = await client.submit(routes.link, { password });
  assert.equal(set.status, 303, set.words);
  assert.equal(set.location, routes.secondStep, "ALL-4: a reset never skips the second step");
  assert.equal(await client.isSignedIn(), false);
  assert.equal(await account.client.isSignedIn(), false, "the old sessions ended");
  await answerSecondStep(client, await account.phone.shown());
  assert.ok(await client.isSignedIn(), "the device from before gives the code");
  assert.equal((await new Client(here.server.url).get(link)).status, 303);
});

test("ALL-9 an invitation makes an account that passes the same gate", async () => {
  const person = somebody("Ivo Invited");
  const told = await here.server.cli("account", "add", person.email);
  const link = new URL(told.match(/https?:\/\/\S+\/link\/[\w-]+/)[0]).pathname;
  const client = new Client(here.server.url);
  await client.get(link);
  const made = await client.submit(routes.link, { password: person.password, display_name: person.name });
  assert.equal(made.status, 303, made.words);
  assert.ok(await client.isSignedIn());
  const again = new Client(here.server.url);
  await again.get(link);
  assert.equal((await again.get(routes.link)).status, 410, "a link works once");
});

test("ALL-9 APP-1 the first administrator reaches nothing before the second step is set up", async () => {
  const fresh = await Server.start();
  try {
    const client = new Client(fresh.url);
    await client.get(new URL(fresh.firstAdministratorAddress()).pathname);
    const person = somebody("Ada Administrator");
    const fields = { email: person.email, display_name: person.name, password: person.password };
    const made = await client.submit(routes.link, fields);
    assert.equal(made.status, 303, made.words);
    for (const path of [routes.account, routes.security, routes.apiTokens]) {
      const answer = await client.get(path);
      assert.equal(answer.status, 303, path);
      assert.ok(answer.location.startsWith(routes.enrolment), `${path} leads to ${answer.location}`);
      assert.equal((await client.get(answer.location)).status, 200, "and the set-up is there");
    }
  } finally {
    await fresh.stop();
  }
});

test("ALL-2 strangers who guess passwords and codes do not lock the owner out of the owner's own browser", async () => {
  const account = await protectedMember(here.server);
  // The owner signs in once with both steps: this browser is recognised from now on.
  const own = await atSecondStep(here.server.url, account);
  await answerSecondStep(own, await account.phone.shown());
  assert.ok(await own.isSignedIn());
  await own.submit(routes.account, {}, routes.signOut);

  // A stranger who knows the password guesses codes until nobody unknown is heard any more.
  const wrong = await account.phone.wrong();
  let refused = false;
  for (let tries = 0; tries < 30 && !refused; tries += 1) {
    const stranger = await atSecondStep(here.server.url, account);
    refused = (await answerSecondStep(stranger, wrong)).status === 429;
    stranger.close();
  }
  assert.ok(refused, "strangers are limited over challenges and addresses");
  const code = await account.phone.fresh();
  const stranger = await atSecondStep(here.server.url, account);
  assert.equal((await answerSecondStep(stranger, code)).status, 429, "even with the right code");

  await passFirstStep(own, account);
  const inside = await answerSecondStep(own, code);
  assert.equal(inside.status, 303, inside.words);
  assert.ok(await own.isSignedIn(), "the owner's own browser is not locked out");
});

test("ALL-2 cancelling and starting again does not give tries back", async () => {
  const account = await protectedMember(here.server);
  const wrong = await account.phone.wrong();
  const client = await atSecondStep(here.server.url, account);
  let answered = 0;
  for (; answered < 12; answered += 1) {
    const answer = await answerSecondStep(client, wrong);
    if (answer.status === 429) break;
    await client.submit(routes.secondStep, {}, routes.secondStepCancel);
    await passFirstStep(client, account);
  }
  assert.ok(answered <= 5, `refused only after ${answered} wrong codes`);
});

test("ALL-5 ALL-9 signing out ends the session itself, not only the cookie", async () => {
  const account = await member(here.server);
  const copy = new Client(here.server.url);
  copy.cookies = new Map(account.client.cookies);
  assert.ok(await copy.isSignedIn());
  await account.client.submit(routes.account, {}, routes.signOut);
  assert.equal(await copy.isSignedIn(), false);
});
