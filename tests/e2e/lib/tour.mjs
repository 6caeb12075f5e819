// Every page there is, one after another, each in the state in which a person meets it.
import { Client } from "./http.mjs";
import { atSecondStep, enrol, member, protectedMember, somebody } from "./accounts.mjs";
import { Portal } from "./pages.mjs";
import { routes } from "./routes.mjs";

const SIGNED_OUT = [
  ["sign-in", routes.signIn],
  ["sign-up", routes.signUp],
  ["help-authenticators", routes.helpAuthenticators],
  ["help-clock", routes.helpClock],
];

const SIGNED_IN = [
  ["account", routes.account],
  ["profile", routes.profile],
  ["password", routes.password],
  ["security", routes.security],
  ["sessions", routes.sessions],
  ["activity", routes.activity],
  ["api-tokens", routes.apiTokens],
  ["step-up", routes.stepUp],
  ["api-reference", routes.api],
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
  const visit = async (name, path) => {
    await portal.open(path);
    await look(page, name);
  };

  for (const [name, path] of SIGNED_OUT) await visit(name, path);
  await visit("not-found", "/no-such-page");

  await portal.firstStep({ email: "nobody@example.test", password: "not the password" });
  await portal.alert.waitFor();
  await look(page, "sign-in-refused");
  await portal.signUp({ ...somebody(), password: "short" });
  await portal.alert.waitFor();
  await look(page, "sign-up-refused");

  // A member without a second step: the empty states.
  const fresh = await member(server);
  await lend(context, server, fresh.client);
  for (const [name, path] of SIGNED_IN) await visit(`${name}-empty`, path);
  await portal.startSetUp();
  await look(page, "set-up");
  await portal.completeSetUp("000000", "Phone");
  await portal.alert.waitFor();
  await look(page, "set-up-refused");

  // A member with two devices and a long history.
  const account = await protectedMember(server);
  await enrol(server, account.client, "A device whose name fills all forty chars");
  await lend(context, server, account.client);
  for (const [name, path] of SIGNED_IN) await visit(name, path);
  await portal.open(routes.security);
  await portal.device("First phone").getByRole("link", { name: /rename/i }).click();
  await look(page, "device-rename");
  await portal.open(routes.security);
  await portal.device("First phone").getByRole("link", { name: /remove/i }).click();
  await look(page, "device-remove");

  // The page that everybody sees daily.
  await context.clearCookies();
  await lend(context, server, await atSecondStep(server.url, account));
  await visit("second-step", routes.secondStep);
  await portal.enterCode(await account.phone.wrong());
  await portal.alert.waitFor();
  await look(page, "second-step-refused");
  await visit("second-step-help", routes.secondStepHelp);

  // What the first administrator follows.
  await context.clearCookies();
  await visit("link", new URL(server.firstAdministratorAddress()).pathname);
  await visit("link-spent", "/link/not-a-link-that-was-ever-made-here-0000000000");
  await context.close();
}

/** Gives a browser the cookies of a plain client. */
export async function lend(context, server, client) {
  const url = client instanceof Client ? server.url : client;
  await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url })));
}
