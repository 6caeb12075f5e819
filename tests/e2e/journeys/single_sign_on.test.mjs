// KEY-11: members come in through their organisation's identity provider, and the second step stays ours.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answerSecondStep, atSecondStep, enrol, member, passFirstStep, protectedMember, somebody, staff, stepUp } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { ALLOWS_LOOPBACK, Provider, addressOf, atProvider, connect, throughProvider } from "../lib/oidc.mjs";
import { setPolicy } from "../lib/policy.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true, preset: "authenticator", turned: true, env: ALLOWS_LOOPBACK, prepare });
const SLUG = "corp";
const BUTTON = "Sign in with Corp Login";
const PLAIN = /Corp Login gave an answer that cannot be accepted/;

let ada;
let provider;
async function prepare({ server }) {
  provider = await Provider.start();
  ada = await staff(server, "administrator");
  await connect(server, ada, provider, SLUG);
}
after(() => provider.stop());

/** Staff sessions are short, and the clock is turned: the administrator, or the next one. */
async function administrator() {
  if (!(await ada.client.isSignedIn())) ada = await staff(here.server, "administrator");
  return ada;
}

let counter = 0;
function newcomer(more) {
  counter += 1;
  return atProvider(`cleo${counter}`, more);
}

/** Somebody new at the provider comes in here; nothing is set up yet. */
async function arrive(person = newcomer()) {
  await provider.signsIn(person);
  const client = new Client(here.server.url);
  const answer = await throughProvider(client, provider, SLUG);
  return { person, client, answer };
}

/** The clock of the provider goes with that of the server. */
async function inTime() {
  await provider.set({ now: here.server.clock.now() });
}

test("KEY-11 by the button, in a browser: an account is made, and the set-up is offered", async () => {
  await inTime();
  const person = newcomer();
  await provider.signsIn(person);
  await provider.set({ ask: true });
  const portal = await here.visitor(undefined, { origins: [provider.issuer] });
  await portal.open(routes.signIn);
  await portal.button(BUTTON).click();
  await portal.button(`Sign in as ${person.email}`).click();
  await portal.isAt(routes.enrolment);
  await portal.notNow();
  await portal.open(routes.profile);
  assert.equal(await portal.displayName.inputValue(), person.name, "the name came along");
  await portal.open(routes.security);
  await portal.says("Linked sign-ins");
  await provider.set({ ask: false });
  await here.leave(portal);
});

test("KEY-11 KEY-10 required: after single sign-on the same set-up stands before everything", async () => {
  await inTime();
  await setPolicy(await administrator(), { second_step: "required" });
  const person = newcomer();
  await provider.signsIn(person);
  const portal = await here.visitor(undefined, { origins: [provider.issuer] });
  await portal.open(routes.signIn);
  await portal.button(BUTTON).click();
  await portal.isAt(routes.enrolment);
  assert.equal(await portal.button("Not now").count(), 0);
  for (const path of [routes.account, routes.security, routes.apiTokens]) {
    await portal.open(path);
    await portal.isAt(routes.enrolment);
  }
  await portal.button("Enable with authenticator app").click();
  await portal.isAt(routes.setUp);
  const phone = await portal.scan();
  await portal.completeSetUp(await phone.slow(), "Phone");
  await portal.link("Continue").click();
  await portal.isAt(routes.account);
  await portal.signOut();

  await portal.button(BUTTON).click();
  await portal.isAt(routes.secondStep);
  await portal.open(routes.account);
  await portal.isAt(routes.signIn);
  await portal.open(routes.secondStep);
  await portal.enterCode(await phone.fresh());
  await portal.isAt(routes.account);
  await setPolicy(await administrator(), { second_step: "offered" });
  await here.leave(portal);
});

test("KEY-11 by the domain of the address, and no word about who has an account", async () => {
  await inTime();
  const person = newcomer();
  await provider.signsIn(person);
  const portal = await here.visitor(undefined, { origins: [provider.issuer] });
  await portal.open(routes.signIn);
  await portal.link("Use single sign-on").click();
  await portal.isAt(routes.sso);
  const known = await member(here.server);
  for (const stranger of [known.email, somebody().email]) {
    await portal.email.fill(stranger);
    await portal.button("Continue").click();
    await portal.says("No single sign-on is set up for this address");
  }
  await portal.email.fill(person.email);
  await portal.button("Continue").click();
  await portal.isAt(routes.enrolment);
  await here.leave(portal);
});

test("KEY-11 only an allowed domain and a confirmed address make an account", async () => {
  await inTime();
  for (const more of [{ email: "cleo@elsewhere.example" }, { email_verified: false }]) {
    const { client, answer } = await arrive(newcomer(more));
    assert.equal(answer.status, 401);
    assert.match(answer.words, /No account is linked to this sign-in at Corp Login/);
    assert.equal(await client.isSignedIn(), false);
  }
});

test("KEY-11 an account of the same address is not linked silently, but in a session that has proved itself", async () => {
  await inTime();
  const mara = await protectedMember(here.server, { ...somebody(), email: `mara${Date.now()}@corp.example` });
  const person = newcomer({ email: mara.email });
  const stranger = await arrive(person);
  assert.equal(stranger.answer.status, 401, "whoever has the address at the provider is not let in");
  assert.match(stranger.answer.words, /sign in with your password and link it under Security/);
  assert.equal(await stranger.client.isSignedIn(), false);

  // Six minutes later the proof of the set-up is stale, and linking asks for a new one.
  here.server.clock.turn(6 * 60_000);
  await inTime();
  const link = `/account/security/sso/${SLUG}/link`;
  const asked = await mara.client.submit(routes.security, {}, link);
  assert.ok(asked.location?.startsWith(routes.stepUp), `linking asks first: ${asked.status} ${asked.location}`);
  await stepUp(mara);
  const linked = await throughProvider(mara.client, provider, SLUG, routes.security, link);
  assert.ok(linked.location?.startsWith(routes.security), `${linked.status} ${linked.words.slice(0, 400)}`);

  const again = await arrive(person);
  assert.ok(again.answer.location?.startsWith(routes.secondStep), "KEY-11: the second step is asked for");
  assert.equal(await again.client.isSignedIn(), false);
  await answerSecondStep(again.client, await mara.phone.fresh());
  assert.ok(await again.client.isSignedIn());
});

test("KEY-11 somebody else's sign-in cannot be slipped into this browser", async () => {
  await inTime();
  const mara = await member(here.server);
  const thief = newcomer();
  await provider.signsIn(thief);
  const own = new Client(here.server.url);
  const away = await own.submit(routes.signIn, {}, `/sso/${SLUG}/start`);
  const back = await provider.visit(addressOf(away.body));
  const answer = await mara.client.get(back);
  assert.equal(answer.status, 401);
  assert.match(answer.words, /over or was started in another browser/);
  assert.ok((await mara.client.get(routes.profile)).words.includes(mara.email), "it is still her own session");
});

test("KEY-11 the provider is down: one sentence says so, and the password still works", async () => {
  await inTime();
  const mara = await protectedMember(here.server);
  // It goes down while somebody is there.
  await provider.signsIn(newcomer());
  const client = new Client(here.server.url);
  const away = await client.submit(routes.signIn, {}, `/sso/${SLUG}/start`);
  const back = await provider.visit(addressOf(away.body));
  await provider.set({ down: "closed" });
  assert.match((await client.get(back)).words, /Corp Login cannot be reached at the moment/);

  // And it is still down once what is known of it has to be asked anew.
  here.server.clock.turn(11 * 60_000);
  const portal = await here.visitor(undefined, { origins: [provider.issuer] });
  await portal.open(routes.signIn);
  await portal.button(BUTTON).click();
  await portal.alert.waitFor();
  assert.match(await portal.alert.innerText(), /Corp Login cannot be reached at the moment/);
  await portal.says("If you have a password, it still works.");
  await portal.link("Back to sign-in").click();
  await portal.signIn(mara, await mara.phone.fresh());
  await provider.set({ down: "" });
  await here.leave(portal);
});

test("KEY-11 new keys at the provider are taken up by themselves", async () => {
  await inTime();
  const first = await arrive();
  assert.ok(first.answer.location?.startsWith(routes.enrolment), `${first.answer.status} ${first.answer.words.slice(0, 300)}`);
  await provider.rotate();
  // Key sets are asked for again at most every so often; a minute later they are.
  here.server.clock.turn(2 * 60_000);
  await inTime();
  const second = await arrive();
  assert.ok(second.answer.location?.startsWith(routes.enrolment), `${second.answer.status} ${second.answer.words.slice(0, 300)}`);
});

for (const [wrong, what] of [
  ["tampered", "a tampered token"],
  ["expired", "an expired token"],
  ["other-issuer", "a token of another issuer"],
  ["other-audience", "a token for somebody else"],
  ["other-nonce", "a token of another sign-in"],
  ["alg-none", "an unsigned token"],
  ["hs256-public-key", "a token signed with the public key"],
  ["foreign-key", "a token signed with a foreign key"],
]) {
  test(`KEY-11 ${what} is refused in one plain sentence`, async () => {
    await inTime();
    const person = newcomer();
    await provider.signsIn(person);
    await provider.set({ wrong });
    const client = new Client(here.server.url);
    const answer = await throughProvider(client, provider, SLUG);
    await provider.set({ wrong: "" });
    assert.equal(answer.status, 401);
    assert.match(answer.words, PLAIN);
    assert.doesNotMatch(answer.words, new RegExp(`${wrong}|nonce|audience|signature|JWT`, "i"), "and in no other words");
    assert.equal(await client.isSignedIn(), false);
  });
}

test("KEY-11 an answer works once", async () => {
  await inTime();
  await provider.signsIn(newcomer());
  const client = new Client(here.server.url);
  const away = await client.submit(routes.signIn, {}, `/sso/${SLUG}/start`);
  const back = await provider.visit(addressOf(away.body));
  const copy = new Client(here.server.url);
  copy.cookies = new Map(client.cookies);
  assert.ok((await client.get(back)).location?.startsWith(routes.enrolment));
  assert.equal((await copy.get(back)).status, 401);
  assert.equal(await copy.isSignedIn(), false);
});

test("KEY-11 what the policy trusts of a provider takes the place of the second step, and nothing less does", async () => {
  await inTime();
  const { person, client } = await arrive();
  await client.submit(routes.enrolment, {}, routes.enrolmentNotNow);
  const phone = await enrol(here.server, client);
  const tried = async (state) => {
    await provider.set(state);
    const browser = new Client(here.server.url);
    return { browser, answer: await throughProvider(browser, provider, SLUG) };
  };
  await provider.signsIn(person);
  const untrusted = await tried({ amr: ["pwd", "mfa"] });
  assert.ok(untrusted.answer.location?.startsWith(routes.secondStep), "nobody trusts it yet");

  await setPolicy(await administrator(), { trusted: `${SLUG} amr=mfa` });
  await inTime();
  const trusted = await tried({ amr: ["pwd", "mfa"] });
  assert.equal(trusted.answer.location, routes.account, trusted.answer.words.slice(0, 400));
  assert.ok(await trusted.browser.isSignedIn());
  const less = await tried({ amr: ["pwd"] });
  assert.ok(less.answer.location?.startsWith(routes.secondStep), "the password alone is less");

  await setPolicy(await administrator(), { trusted: "" });
  assert.equal(await trusted.browser.isSignedIn(), false, "the trust ends with the next request");
  await inTime();
  const distrusted = await tried({ amr: ["pwd", "mfa"] });
  await answerSecondStep(distrusted.browser, await phone.fresh());
  assert.ok(await distrusted.browser.isSignedIn());
});

test("KEY-11 staff pass the second step whatever the provider says", async () => {
  await inTime();
  await setPolicy(await administrator(), { trusted: `${SLUG} amr=mfa` });
  await inTime();
  const person = newcomer();
  await provider.signsIn(person);
  await stepUp(await administrator());
  await inTime();
  const linked = await throughProvider(ada.client, provider, SLUG, routes.security, `/account/security/sso/${SLUG}/link`);
  assert.ok(linked.location?.startsWith(routes.security), `${linked.status} ${linked.words.slice(0, 400)}`);
  await provider.set({ amr: ["mfa"] });
  const { answer } = await arrive(person);
  assert.ok(answer.location?.startsWith(routes.secondStep), `leads to ${answer.location}`);
  await setPolicy(await administrator(), { trusted: "" });
});

test("KEY-11 switched off, the provider opens nothing more; unlinked, neither", async () => {
  await inTime();
  const mara = await protectedMember(here.server);
  const person = newcomer();
  await provider.signsIn(person);
  const linked = await throughProvider(mara.client, provider, SLUG, routes.security, `/account/security/sso/${SLUG}/link`);
  assert.ok(linked.location?.startsWith(routes.security));
  const gone = await mara.client.submit(routes.security, {}, `/account/security/sso/${SLUG}/unlink`);
  assert.equal(gone.status, 303, gone.words.slice(0, 400));
  const { answer } = await arrive({ ...person, email: "x@elsewhere.example" });
  assert.equal(answer.status, 401);
  await passFirstStep(new Client(here.server.url), mara);
  await atSecondStep(here.server.url, mara);
});

test("KEY-11 the administrator sets a provider up on the pages, and tests it", async () => {
  await inTime();
  const portal = await here.visitor((await administrator()).client);
  await provider.set({ redirects: [`${here.server.url}/sso/second/callback`] });
  await portal.openProved(routes.ssoProviderNew, ada.phone);
  await portal.field("Name on the button").fill("Second Login");
  await portal.field("Short name in addresses").fill("second");
  await portal.field("Issuer").fill(provider.issuer);
  await portal.field("Client id").fill(provider.client);
  await portal.page.getByLabel("Client secret").fill(provider.secret);
  await portal.field("E-mail domains").fill("second.example");
  await portal.follow(portal.button("Save"));
  if (await portal.prove(ada.phone)) {
    await portal.field("Name on the button").fill("Second Login");
    await portal.field("Short name in addresses").fill("second");
    await portal.field("Issuer").fill(provider.issuer);
    await portal.field("Client id").fill(provider.client);
    await portal.page.getByLabel("Client secret").fill(provider.secret);
    await portal.button("Save").click();
  }
  await portal.isAt(routes.ssoProviders);
  await portal.notice.waitFor();
  const row = portal.page.getByRole("listitem").filter({ hasText: "Second Login" });
  await portal.follow(row.getByRole("button", { name: "Test" }));
  if (await portal.prove(ada.phone)) await row.getByRole("button", { name: "Test" }).click();
  await portal.says("Everything is as it should be.");
  await provider.set({ down: "error" });
  await portal.open(routes.ssoProviders);
  await portal.follow(row.getByRole("button", { name: "Test" }));
  if (await portal.prove(ada.phone)) await row.getByRole("button", { name: "Test" }).click();
  await portal.says("Something is wrong. Fix the step that is marked and test again.");
  assert.ok(!(await portal.page.content()).includes("secret stack trace"), "what the provider says stays out of the page");
  await provider.set({ down: "" });
  await here.leave(portal);
});
