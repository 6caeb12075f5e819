// Every page there is, one after another, each in the state in which a person meets it.
import { atSecondStep, enrol, member, protectedMember, somebody } from "./accounts.mjs";
import { Portal } from "./pages.mjs";
import { routes } from "./routes.mjs";

const SIGNED_OUT = [
  ["sign-in", routes.signIn],
  ["sign-up", routes.signUp],
  ["help-devices", routes.helpDevices],
  ["help-clock", routes.helpClock],
  ["help-lost-access", routes.helpLostAccess],
  ["link-over", "/link/not-a-link-that-was-ever-made-here-0000000000"],
  ["not-found", "/no-such-page"],
];

const SIGNED_IN = [
  ["account", routes.account],
  ["profile", routes.profile],
  ["password", routes.password],
  ["security", routes.security],
  ["sessions", routes.sessions],
  ["activity", routes.activity],
  ["api-tokens", routes.apiTokens],
  ["api-token-new", routes.apiTokenNew],
  ["step-up", routes.stepUp],
  ["set-up-before", routes.setUpBefore],
];

/**
 * Goes round. `newContext` makes a fresh browser; `look(page, name)` is called on every page.
 * @param {import("./server.mjs").Server} server
 * @param {() => Promise<import("playwright-core").BrowserContext>} newContext
 * @param {(page: import("playwright-core").Page, name: string) => Promise<void>} look
 */
export async function tour(server, newContext, look) {
  const context = await newContext();
  const page = await context.newPage();
  const portal = new Portal(page);
  const stop = {
    context,
    server,
    portal,
    look: (name) => look(page, name),
    visit: async (name, path) => {
      await portal.open(path);
      await look(page, name);
    },
  };
  await strangersPages(stop);
  await newMembersPages(stop);
  await protectedMembersPages(stop);
  await secondStepPages(stop);
  await firstAdministratorsPages(stop);
  await context.close();
}

async function strangersPages({ portal, look, visit }) {
  for (const [name, path] of SIGNED_OUT) await visit(name, path);
  await portal.firstStep({ email: "nobody@example.test", password: "not the password" });
  await portal.alert.waitFor();
  await look("sign-in-refused");
  await portal.signUp({ ...somebody(), password: "short" });
  await portal.alert.waitFor();
  await look("sign-up-refused");
  await portal.signUp(somebody());
  await portal.says("Almost there");
  await look("sign-up-done");
}

/** The empty states, and the set-up from beginning to end. */
async function newMembersPages({ context, server, portal, look, visit }) {
  const fresh = await member(server);
  await lend(context, server, fresh.client);
  for (const [name, path] of SIGNED_IN) await visit(`${name}-fresh`, path);
  await visit("activity-empty", `${routes.activity}?show=failures`);
  await portal.startSetUp();
  await look("set-up");
  await portal.keyDisclosure.click();
  const phone = await portal.scan();
  await look("set-up-key");
  await portal.confirmSetUp("000000", "Phone");
  await portal.alert.waitFor();
  await look("set-up-refused");
  await portal.confirmSetUp(await phone.codeAt(17 * 60), "Phone");
  await portal.says(/minutes fast/);
  await look("set-up-clock-wrong");
  await portal.completeSetUp(await phone.slow(), "Phone");
  await look("set-up-done");
}

/** A member with two devices, one with a name as long as can be. */
async function protectedMembersPages({ context, server, portal, look, visit }) {
  const account = await protectedMember(server);
  await enrol(server, account.client, "A device whose name fills all forty char");
  await context.clearCookies();
  await portal.signIn(account, await account.phone.shown());
  for (const [name, path] of SIGNED_IN) await visit(name, path);
  await portal.open(routes.apiTokenNew);
  await portal.field("Name").fill("Backup script");
  await portal.button("Make token").click();
  await portal.says("Your new token");
  await look("api-token-made");
  await visit("api-tokens-one", routes.apiTokens);
  await visit("api-reference", routes.apiReference);
  await portal.open(routes.security);
  await portal.renameLink("First phone").click();
  await look("device-rename");
  await portal.open(routes.security);
  await portal.removeLink("First phone").click();
  await look("device-remove");
  await portal.button("Continue").click();
  await portal.isAt(routes.secondStep);
  await look("device-remove-code");
}

/** The page that everybody sees daily. */
async function secondStepPages({ context, server, portal, look, visit }) {
  const account = await protectedMember(server);
  await context.clearCookies();
  await lend(context, server, await atSecondStep(server.url, account));
  await visit("second-step", routes.secondStep);
  await visit("other-ways", routes.otherWays);
  await portal.open(routes.secondStep);
  await portal.enterCode(await account.phone.codeAt(-150));
  await portal.alert.waitFor();
  await look("second-step-late");
  for (let tries = 0; tries < 3; tries += 1) {
    const wrong = await account.phone.wrong();
    await Promise.all([portal.page.waitForEvent("load"), portal.enterCode(wrong)]);
  }
  await portal.alert.waitFor();
  await look("second-step-wrong");
  await Promise.all([portal.page.waitForEvent("load"), portal.enterCode(await account.phone.wrong())]);
  await look("second-step-over");
}

async function firstAdministratorsPages({ context, server, visit, look, portal }) {
  await context.clearCookies();
  await visit("link", new URL(server.firstAdministratorAddress()).pathname);
  await portal.password.fill("short");
  await portal.email.fill("first@example.test");
  await portal.displayName.fill("First Administrator");
  await portal.page.locator("main form").getByRole("button").last().click();
  await portal.alert.waitFor();
  await look("link-refused");
}

/** Gives a browser the cookies of a plain client, and nothing else. */
export async function lend(context, server, client) {
  await context.clearCookies();
  await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: server.url })));
}
