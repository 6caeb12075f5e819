// Coming in through the organisation's identity provider: the same second step, linking, and a provider that is down.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { somebody } from "../lib/accounts.mjs";
import { assertAccessible, assertSound } from "../lib/axe.mjs";
import { identityProvider } from "../lib/oidc.mjs";
import { Portal } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true, env: { COUNTERSIGN_SSO_ALLOW_PRIVATE_ADDRESSES: "true" } });
const SIGN_IN = "Sign in with Corp Login";
let provider;

before(async () => {
  provider = await identityProvider();
  const file = path.join(here.server.data, "corp-secret");
  await writeFile(file, `${provider.secret}\n`, { mode: 0o600 });
  const settings = ["--issuer", provider.issuer, "--client-id", provider.client, "--secret-file", file];
  const more = ["--domain", "corp.example", "--jit", "--button"];
  const told = await here.server.cli("sso", "add", "corp", "--name", "Corp Login", ...settings, ...more);
  await provider.answersAt(told.match(/https?:\/\/\S+\/callback/)[0]);
  const tested = await here.server.cli("sso", "test", "corp");
  assert.match(tested, /client: fine/);
});

after(() => provider?.stop());

/** Nobody else than the provider was asked, and no page misbehaved. */
async function leave(portal) {
  const context = portal.page.context();
  const others = context.grievances.filter((one) => one !== `asked ${provider.issuer}`);
  assert.deepEqual(others, []);
  await context.close();
}

async function signInAtProvider(portal, email) {
  await portal.open(routes.signIn);
  await portal.button(SIGN_IN).click();
  await portal.button(`Sign in as ${email}`).click();
}

for (const javaScript of [true, false]) {
  test(`KEY-11 ALL-9 the provider, then the second step; JavaScript ${javaScript ? "on" : "off"}`, async () => {
    const email = `${javaScript ? "ada" : "bea"}@corp.example`;
    const member = { sub: `sub-${email}`, email, email_verified: true, name: "Ada Example" };
    await provider.set({ ask: true, member, members: { [member.sub]: member } });
    const context = await here.newPerson({ javaScript });
    const portal = new Portal(await context.newPage());
    await signInAtProvider(portal, email);
    await portal.isAt(routes.account);
    await portal.startSetUp();
    const phone = await portal.scan();
    await portal.completeSetUp(await phone.fresh(), "Phone");
    await portal.open(routes.account);
    await portal.signOut();
    await signInAtProvider(portal, email);
    await portal.isAt(routes.secondStep);
    await portal.enterCode(await phone.fresh(), { press: !javaScript });
    await portal.isAt(routes.account);
    await leave(portal);
  });
}

test("C-73 an account that exists is linked by its owner, on the security page", async () => {
  const person = somebody();
  await provider.set({ ask: true, member: { sub: "sub-link", email: person.email, email_verified: true } });
  const context = await here.newPerson();
  const portal = new Portal(await context.newPage());
  await portal.signUp(person);
  await signInAtProvider(portal, person.email);
  await portal.says("sign in with your password and link it under Security");
  await portal.firstStep(person);
  await portal.isAt(routes.account);
  await portal.open(routes.security);
  await portal.button("Link Corp Login").click();
  await portal.button(`Sign in as ${person.email}`).click();
  await portal.isAt(routes.security);
  await portal.notice.waitFor();
  await portal.button("Unlink Corp Login").waitFor();
  await portal.signOut();
  await signInAtProvider(portal, person.email);
  await portal.isAt(routes.account);
  await leave(portal);
});

test("KEY-11 a provider that is down: one plain sentence, and the password works", async () => {
  const gone = await identityProvider();
  gone.stop();
  const file = path.join(here.server.data, "corp-secret");
  const settings = ["--issuer", gone.issuer, "--client-id", gone.client, "--secret-file", file, "--button"];
  await here.server.cli("sso", "add", "gone", "--name", "Gone Login", ...settings);
  const person = somebody();
  const context = await here.newPerson();
  const portal = new Portal(await context.newPage());
  await portal.signUp(person);
  await portal.open(routes.signIn);
  await portal.button("Sign in with Gone Login").click();
  await portal.alert.waitFor();
  assert.match(await portal.words(), /Gone Login cannot be reached/);
  assert.match(await portal.words(), /it still works/);
  await assertAccessible(portal.page, "single sign-on that did not work");
  await portal.link("Back to sign-in").click();
  await portal.firstStep(person);
  await portal.isAt(routes.account);
  await leave(portal);
});

test("ALL-8 the pages of single sign-on are sound", async () => {
  const portal = await here.visitor();
  for (const [page, name] of [[routes.signIn, "sign-in with providers"], [routes.sso, "single sign-on"]]) {
    await portal.open(page);
    await assertSound(portal.page, name);
  }
  await here.leave(portal);
});
