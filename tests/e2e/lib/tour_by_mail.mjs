// Every page that letters brought with them, each in the state in which a person meets it: `look(page, name)` is called
// on each, as in `tour.mjs`.
import { atSecondStep, keyHolder, mailedMember, member, somebody, unconfirmedMember } from "./accounts.mjs";
import { Client } from "./http.mjs";
import { SUBJECT, notMeIn } from "./mail.mjs";
import { METHOD, Portal } from "./pages.mjs";
import { routes } from "./routes.mjs";
import { lend } from "./tour.mjs";

/** For a server with the preset `email-with-recovery-key`. */
export async function tourWithKey(server, newContext, look) {
  const stop = await startAt(server, newContext, look);
  await strangersPages(stop);
  await unconfirmedPages(stop);
  await switchingOn(stop);
  await secondSteps(stop);
  await addressPages(stop);
  await linkPages(stop);
  await stop.context.close();
}

/** For a server with the preset `email-or-authenticator`. */
export async function tourOfEither(server, newContext, look) {
  const { context, portal, visit, look: see } = await startAt(server, newContext, look);
  const mara = await mailedMember(server);
  await lend(context, server, mara.client);
  await visit("either-security", routes.security);
  await visit("either-set-up-before", routes.setUpBefore);
  await portal.showQr.click();
  await see("either-set-up");
  const phone = await portal.scan();
  await portal.completeSetUp(await phone.slow(), "Phone", routes.lastShowing);
  await see("last-showing");
  await portal.button("Accept").click();
  await portal.isAt(routes.setUpDone);
  await see("either-set-up-done");
  await visit("either-security-app", routes.security);
  await context.close();
}

async function startAt(server, newContext, look) {
  const context = await newContext();
  const page = await context.newPage();
  const portal = new Portal(page);
  return {
    context,
    server,
    portal,
    look: (name) => look(page, name),
    visit: async (name, path) => {
      await portal.open(path);
      await look(page, name);
    },
    become: (client) => lend(context, server, client),
  };
}

async function strangersPages({ portal, server, look, visit }) {
  await visit("forgotten", routes.forgotPassword);
  await portal.email.fill("nobody@example.test");
  await portal.sendLinkButton.click();
  await portal.says("Look at your e-mail");
  await look("forgotten-done");
  const mara = somebody();
  await portal.signUp(mara);
  await portal.says(/We have written/);
  await look("sign-up-letter");
  await visit("link-sign-up", await server.mail.linkFor(mara.email, SUBJECT.signUp));
}

async function unconfirmedPages({ portal, server, look, visit, become }) {
  const ivo = await unconfirmedMember(server);
  await become(ivo.client);
  await visit("security-unconfirmed", routes.security);
  await visit("address-unconfirmed", routes.email);
  await portal.open(routes.security);
  await portal.verifyNow(METHOD.email).click();
  await portal.notice.waitFor();
  await look("security-confirmation-sent");
  await portal.followLink(await server.mail.linkFor(ivo.email, SUBJECT.confirmAddress));
  await look("link-confirm-address");
  await portal.confirmAddressButton.click();
  await portal.says("Your address is confirmed");
  await look("link-address-confirmed");
}

async function switchingOn({ portal, server, look, visit, become }) {
  const mara = await member(server);
  await become(mara.client);
  await visit("email-codes-on", routes.emailCodes);
  await portal.sendCodeButton.click();
  await portal.isAt(routes.secondStep);
  await look("second-step-enable-email");
  await portal.enterCode(await portal.mailedCode(server.mail, mara.email));
  await portal.isAt(routes.recoveryKey);
  await look("recovery-key-first");
  await portal.makeKeyButton.click();
  const key = await portal.shownKey();
  await look("recovery-key-shown");
  await portal.typeGroups(["0000", "0000"]);
  await portal.alert.waitFor();
  await look("recovery-key-groups-wrong");
  await portal.typeGroups(await portal.askedGroups(key));
  await portal.isAt(routes.enrolmentDone);
  await look("enrolment-done-by-mail");
  await visit("security-by-mail", routes.security);
  await visit("account-by-mail", routes.account);
  await visit("activity-by-mail", routes.activity);
  await visit("recovery-key-new", routes.recoveryKey);
  await portal.button("Continue").click();
  await portal.isAt(routes.secondStep);
  await look("second-step-new-key");
  await visit("email-codes-off", routes.emailCodesOff);
  await portal.button("Continue").click();
  await portal.isAt(routes.secondStep);
  await look("second-step-disable-email");
}

async function secondSteps({ portal, server, look, visit, become }) {
  const mara = await keyHolder(server);
  await become(await atSecondStep(server.url, mara));
  await visit("second-step-mail", routes.secondStep);
  const code = await portal.mailedCode(server.mail, mara.email);
  await portal.enterCode(code === "000000" ? "000001" : "000000");
  await portal.alert.waitFor();
  await look("second-step-mail-wrong");
  await visit("other-ways-mail", routes.otherWays);
  await portal.way(METHOD.recoveryKey).click();
  await portal.isAt(routes.secondStep);
  await look("second-step-key");
  await portal.enterKey("not a key at all");
  await portal.alert.waitFor();
  await look("second-step-key-malformed");
  await visit("lost-access-mail", routes.helpLostAccess);
  await portal.open(routes.secondStep);
  await portal.enterKey(mara.key);
  await portal.isAt(routes.recoveryKey);
  await look("recovery-key-used");
}

async function addressPages({ portal, server, look, visit, become }) {
  const mara = await mailedMember(server);
  await become(mara.client);
  await visit("address", routes.email);
  const next = somebody().email;
  await portal.askForAddress(next);
  await look("address-asked");
  await visit("address-pending", routes.email);
  await portal.followLink(await server.mail.linkFor(next, SUBJECT.confirmNewAddress));
  await look("link-new-address");
  await portal.confirmAddressButton.click();
  await portal.says("You have a new e-mail address");
  await look("link-address-changed");
  await portal.followLink(await server.mail.linkFor(mara.email, SUBJECT.addressChanged));
  await look("link-undo");
  await portal.undoButton.click();
  await portal.says(/Your former address is back/);
  await look("link-undone");
}

async function linkPages({ portal, server, look, become }) {
  const mara = await keyHolder(server);
  await become(new Client(server.url));
  await portal.followLink(notMeIn(await server.mail.letterTo(mara.email, SUBJECT.methodAdded)));
  await look("link-not-me");
  await portal.notMeButton.click();
  await portal.says(/every session has ended/i);
  await look("link-secured");
  const password = `${mara.password}-renewed`;
  await portal.newPassword.fill(password);
  await portal.savePasswordButton.click();
  await portal.isAt(routes.secondStep);
  await portal.open(routes.otherWays);
  await portal.says(/Only after/);
  await look("other-ways-held");
}
