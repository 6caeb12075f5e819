// Every page of the desk, of administration, of the set-up after sign-in and of single sign-on, each in the state in which
// a person meets it: `look(page, name)` is called on each, as in `tour.mjs`.
import { atSecondStep, member, protectedMember, somebody, staff, submitAsStaff } from "./accounts.mjs";
import { Desk, askSupport } from "./desk.mjs";
import { Client } from "./http.mjs";
import { SUBJECT, linkIn } from "./mail.mjs";
import { atProvider, connect, throughProvider } from "./oidc.mjs";
import { Portal } from "./pages.mjs";
import { setPolicy } from "./policy.mjs";
import { routes } from "./routes.mjs";
import { lend } from "./tour.mjs";

async function startAt(server, newContext, look) {
  const context = await newContext();
  const page = await context.newPage();
  const portal = new Portal(page, server.clock);
  return {
    context,
    server,
    portal,
    page,
    look: (name) => look(page, name),
    visit: async (name, path) => {
      await portal.open(path);
      await look(page, name);
    },
    become: (client) => lend(context, server, client),
  };
}

/** The set-up after sign-in, the contact form and what a suspension shows its owner. For a server under `recommended`. */
export async function tourOfHelp(server, newContext, look) {
  const stop = await startAt(server, newContext, look);
  const { portal, page, become, visit } = stop;
  const ada = await staff(server, "administrator");
  const fresh = await member(server);
  await become(fresh.client);
  await visit("enrolment-offered", routes.enrolment);
  await setPolicy(ada, { second_step: "required" });
  await visit("enrolment-required", routes.enrolment);
  await portal.button(/^(Enable with authenticator app|Continue)$/).click();
  await portal.isAt(routes.setUp);
  await stop.look("enrolment-set-up");
  const phone = await portal.scan();
  await portal.confirmSetUp(await phone.slow(), "Phone");
  await portal.isAt(routes.recoveryKey);
  await stop.look("enrolment-key");
  await portal.makeKeyButton.click();
  await portal.typeGroups(await portal.askedGroups(await portal.shownKey()));
  await portal.isAt(routes.enrolmentDone);
  await stop.look("enrolment-done");
  await setPolicy(ada, { second_step: "offered" });

  await become(new Client(server.url));
  await visit("contact-form", routes.helpLostAccess);
  await portal.email.fill("not an address");
  await page.locator("form").filter({ has: portal.email }).evaluate((form) => (form.noValidate = true));
  await portal.button("Ask support").click();
  await portal.alert.waitFor();
  await stop.look("contact-form-refused");
  const mara = await protectedMember(server, somebody("Mara Tour"));
  await become(await atSecondStep(server.url, mara));
  await visit("contact-form-known", routes.helpLostAccess);
  await askSupport(portal, { message: "My phone fell into the harbour." });
  await stop.look("contact-form-done");

  await server.cli("support", "suspend", mara.email, "--for", "1h", "--reason", "lost phone", "--identity", "called back");
  await server.cli("support", "code", mara.email);
  const suspended = await atSecondStep(server.url, mara);
  await become(suspended);
  await visit("second-step-support-code", routes.secondStep);
  await portal.field("Support code").fill("0000-0000");
  await page.keyboard.press("Enter");
  await portal.alert.waitFor();
  await stop.look("second-step-support-code-wrong");
  const told = await server.cli("support", "code", mara.email);
  await portal.field("Support code").fill(told.match(/\b\w{4}-\w{4}\b/)[0]);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.startsWith("/account"));
  await visit("account-suspended", routes.account);
  await visit("security-suspended", routes.security);
  await portal.followLink(linkIn(await server.mail.letterTo(mara.email, SUBJECT.suspensionStarted)));
  await stop.look("link-stop-suspension");
  await portal.button("Stop it now").click();
  await portal.says("The suspension is over");
  await stop.look("link-suspension-stopped");
  await stop.context.close();
}

/** The desk, with a request, an account and suspensions of both sorts. */
export async function tourOfDesk(server, newContext, look) {
  const stop = await startAt(server, newContext, look);
  const { portal, become, visit } = stop;
  const [agent, ada] = [await staff(server, "support"), await staff(server, "administrator")];
  const mara = await protectedMember(server, somebody("Mara Desk"));
  await become(await atSecondStep(server.url, mara));
  await portal.open(routes.helpLostAccess);
  await askSupport(portal, { message: "A long story. ".repeat(20) });
  await become(agent.client);
  await visit("desk", routes.desk);
  await visit("desk-empty", `${routes.desk}?show=closed`);
  const desk = new Desk(portal, agent.phone);
  await desk.openRequest(mara.name);
  await stop.look("desk-request");
  await portal.button("Take").click();
  await portal.field("Note or answer").fill("A note for the desk alone.");
  await portal.button("Save").click();
  await stop.look("desk-request-noted");
  await desk.search(mara.name);
  await stop.look("desk-found");
  await desk.search("nobody of this name");
  await stop.look("desk-found-none");
  await desk.openAccount(mara.email, mara.name);
  await stop.look("desk-account");
  await portal.follow(portal.link("Suspend the second step"));
  await portal.prove(agent.phone);
  await stop.look("desk-suspend");
  await portal.button("Suspend").click();
  await desk.openAccount(mara.email, mara.name);
  await desk.suspend({ kind: "Password and support code" });
  await stop.look("desk-suspension");
  await desk.makeCode();
  await stop.look("desk-support-code");
  await desk.openAccount(mara.email, mara.name);
  await stop.look("desk-account-suspended");

  await become(ada.client);
  const second = new Desk(portal, ada.phone);
  await visit("desk-suspensions-empty", routes.waitingSuspensions);
  await second.openAccount(agent.email, agent.name);
  await second.suspend({ kind: "Password and support code" });
  await stop.look("desk-suspension-waits");
  const alan = await staff(server, "administrator", somebody("Alan Administrator"));
  await become(alan.client);
  await visit("desk-suspensions", routes.waitingSuspensions);
  await portal.follow(portal.link(/^Decide/).first());
  await portal.prove(alan.phone);
  await stop.look("desk-decide");
  await stop.context.close();
}

/** Administration, with a member to look at. */
export async function tourOfAdministration(server, newContext, look) {
  const stop = await startAt(server, newContext, look);
  const { portal, page, become, visit } = stop;
  const ada = await staff(server, "administrator");
  const mara = await protectedMember(server, somebody("Mara Administered"));
  await become(ada.client);
  for (const [name, path] of [
    ["admin", routes.admin], ["admin-members", routes.members], ["admin-members-none", `${routes.members}?q=nobody-of-this-name`],
    ["admin-invitations", routes.invitations], ["admin-adoption", routes.adoption], ["admin-audit", routes.audit],
    ["admin-couriers", routes.couriers], ["admin-spending", routes.spending], ["admin-organisation", routes.organisation],
    ["policy", routes.policy], ["policy-presets", routes.policyPresets], ["policy-history", routes.policyHistory],
  ]) {
    await portal.openProved(path, ada.phone);
    await stop.look(name);
  }
  await portal.openProved(`${routes.policyReview}?preset=email-with-recovery-key`, ada.phone);
  await stop.look("policy-review");
  await portal.field("Why").fill("A look");
  await portal.button("Put into force").click();
  await portal.alert.waitFor();
  await stop.look("policy-review-refused");
  await visit("policy-edited", `${routes.policy}?sessions.idle_minutes=30`);
  await visit("policy-messenger", `${routes.policy}?methods-telegram=on&methods-phone=on&fallback_only-phone=on`);
  await portal.openProved(`${routes.policyReview}?preset=messenger`, ada.phone);
  await stop.look("policy-review-messenger");
  await portal.open(`${routes.members}?q=${encodeURIComponent(mara.email)}`);
  await portal.link(mara.name).click();
  await page.getByRole("heading", { level: 1, name: mara.name }).waitFor();
  await stop.look("admin-member");
  await portal.openProved(`${portal.path}/delete`, ada.phone);
  await stop.look("admin-member-delete");
  await portal.openProved(routes.invitations, ada.phone);
  await portal.field("Addresses, one a line").fill(`email,role\n${somebody().email},member\nnot an address,member\n`);
  await portal.button("Check the list").click();
  await portal.says("What the list does");
  await stop.look("admin-invitation-plan");
  await lookAtInvitation(stop, ada);
  await stop.context.close();
}

/** What somebody sees who opens the link out of an invitation. */
async function lookAtInvitation({ server, portal, become, look }, ada) {
  const ivo = somebody("Ivo Invited");
  await submitAsStaff(ada, routes.invitations, { email: ivo.email, role: "member" });
  await become(new Client(server.url));
  await portal.followLink(await server.mail.linkFor(ivo.email, SUBJECT.invited));
  await look("link-invitation-opened");
}

/** Single sign-on, for members and administrators. */
export async function tourOfSso(server, provider, newContext, look) {
  const stop = await startAt(server, newContext, look);
  const { portal, become, visit } = stop;
  const ada = await staff(server, "administrator");
  await become(ada.client);
  await visit("sso-admin-empty", routes.ssoProviders);
  await portal.openProved(routes.ssoProviderNew, ada.phone);
  await stop.look("sso-admin-new");
  await connect(server, ada, provider, "corp");
  await visit("sso-admin", routes.ssoProviders);
  for (const [name, down] of [["sso-admin-test", ""], ["sso-admin-test-badly", "error"]]) {
    await provider.set({ down });
    await portal.openProved(routes.ssoProviders, ada.phone);
    await portal.follow(portal.button(/^Test/).first());
    if (await portal.prove(ada.phone)) await portal.follow(portal.button(/^Test/).first());
    await portal.says(/^Test of /);
    await stop.look(name);
  }
  await provider.set({ down: "" });
  await portal.open(routes.organisation);
  const address = await stop.page.locator("code").filter({ hasText: `${routes.signIn}/` }).innerText();
  await portal.open(routes.ssoProviders);
  await portal.follow(portal.link(/^Change/).first());
  await portal.prove(ada.phone);
  await stop.look("sso-admin-edit");
  await portal.follow(portal.link("Remove"));
  await portal.prove(ada.phone);
  await stop.look("sso-admin-remove");
  await become(new Client(server.url));
  await visit("sign-in-organisation", new URL(address).pathname);
  await visit("sign-in-with-sso", routes.signIn);
  await lookAtTheWayThere(stop, provider);
  await visit("sso-find", routes.sso);
  await portal.email.fill("nobody@nowhere.example");
  await portal.button("Continue").click();
  await portal.alert.waitFor();
  await stop.look("sso-find-none");
  await provider.signsIn(atProvider("tour"));
  const client = new Client(server.url);
  await throughProvider(client, provider, "corp");
  await client.submit(routes.enrolment, {}, routes.enrolmentNotNow);
  await become(client);
  await visit("security-linked", routes.security);
  await visit("sso-step-up", routes.stepUp);
  await become(new Client(server.url));
  await visit("sso-refused", "/sso/corp/callback?state=x&code=y");
  await stop.context.close();
}

/** The page between here and the provider, which leads on by itself: the provider answers nothing, so it stays. */
async function lookAtTheWayThere({ context, portal, look }, provider) {
  const there = (url) => url.origin === new URL(provider.issuer).origin;
  await context.route(there, (route) => route.fulfill({ status: 204 }));
  await portal.button("Sign in with Corp Login").click();
  await portal.says("Continue to Corp Login");
  await look("sso-away");
  await context.unroute(there);
}
