// Both mail-based presets by keyboard alone, and in a browser that runs no script.
import { test } from "node:test";
import { member } from "../lib/accounts.mjs";
import { PEOPLE } from "../lib/hands.mjs";
import { METHOD } from "../lib/pages.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const key = stage({ mail: true, openSignUp: true, preset: "email-with-recovery-key" });
const either = stage({ mail: true, openSignUp: true, preset: "email-or-authenticator" });

for (const [how, hands, browser] of PEOPLE) {
  test(`ALL-8 KEY-2 … KEY-8 ${how}`, async () => {
    const mara = await member(key.server);
    const portal = await key.visitor(mara.client, browser);
    await portal.open(routes.security);
    await enableCodes(portal, hands, key.mail, mara);
    await portal.isAt(routes.recoveryKey);
    const first = await saveKey(portal, hands, routes.enrolmentDone);
    await hands.press(portal, portal.signOutButton);

    await passFirstStep(portal, hands, mara);
    await hands.press(portal, portal.anotherWay);
    await hands.press(portal, portal.way(METHOD.recoveryKey));
    await portal.isAt(routes.secondStep);
    await hands.type(portal, portal.recoveryKey, first);
    await hands.press(portal, portal.signInButton);
    await portal.isAt(routes.recoveryKey);
    await saveKey(portal, hands);
    await key.leave(portal);
  });

  test(`ALL-8 EXC-1 … EXC-7 ${how}`, async () => {
    const mara = await member(either.server);
    const portal = await either.visitor(mara.client, browser);
    await portal.open(routes.security);
    await enableCodes(portal, hands, either.mail, mara);
    await portal.isAt(routes.enrolmentDone);
    await hands.press(portal, portal.signOutButton);
    await passFirstStep(portal, hands, mara);
    await hands.code(portal, await portal.mailedCode(either.mail, mara.email));
    await portal.isAt(routes.account);

    await hands.press(portal, portal.link("Security"));
    await portal.isAt(routes.security);
    await hands.press(portal, portal.enable(METHOD.authenticator));
    await portal.isAt(routes.setUpBefore);
    await hands.press(portal, portal.showQr);
    await portal.isAt(routes.setUp);
    const phone = await portal.scan();
    await hands.type(portal, portal.deviceName, "Phone");
    await hands.type(portal, portal.code, await phone.slow());
    await hands.press(portal, portal.button("Validate"));
    await portal.isAt(routes.lastShowing);
    await hands.press(portal, portal.button("Accept"));
    await portal.isAt(routes.setUpDone);
    await hands.press(portal, portal.signOutButton);
    await passFirstStep(portal, hands, mara);
    await hands.code(portal, await phone.shown());
    await portal.isAt(routes.account);
    await either.leave(portal);
  });
}

async function enableCodes(portal, hands, mail, { email }) {
  await hands.press(portal, portal.enable(METHOD.email));
  await portal.isAt(routes.emailCodes);
  await hands.press(portal, portal.sendCodeButton);
  await portal.isAt(routes.secondStep);
  await hands.code(portal, await portal.mailedCode(mail, email));
}

async function passFirstStep(portal, hands, { email, password }) {
  await portal.isAt(routes.signIn);
  await hands.type(portal, portal.email, email);
  await hands.type(portal, portal.password, password);
  await hands.press(portal, portal.signInButton);
  await portal.isAt(routes.secondStep);
}

async function saveKey(portal, hands, next = routes.security) {
  await hands.press(portal, portal.makeKeyButton);
  const shown = await portal.shownKey();
  const groups = await portal.askedGroups(shown);
  for (const [at, group] of groups.entries()) await hands.type(portal, portal.groupBox(at), group);
  await hands.press(portal, portal.finishButton);
  await portal.isAt(next);
  return shown;
}
