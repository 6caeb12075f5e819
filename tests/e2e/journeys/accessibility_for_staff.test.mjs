// axe-core on every page of the desk, of administration, of the set-up after sign-in and of single sign-on, and a picture
// of each; and the same pages in German on a phone's screen, which is where long words would make them scroll sideways.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSound } from "../lib/axe.mjs";
import { PHONE, assertQuiet } from "../lib/browser.mjs";
import { ALLOWS_LOOPBACK, Provider } from "../lib/oidc.mjs";
import { routes } from "../lib/routes.mjs";
import { sidewaysScroll } from "../lib/shots.mjs";
import { stage } from "../lib/stage.mjs";
import { staff } from "../lib/accounts.mjs";
import { tourOfAdministration, tourOfDesk, tourOfHelp, tourOfSso } from "../lib/tour_of_staff.mjs";

const OPTIONS = { mail: true, openSignUp: true, preset: "recommended", turned: true };

for (const [what, tour] of [
  ["set-up after sign-in and help", tourOfHelp],
  ["the desk", tourOfDesk],
  ["administration", tourOfAdministration],
]) {
  const here = stage(OPTIONS);

  test(`ALL-8 axe finds nothing on the pages of ${what}`, async (t) => {
    let context;
    const fresh = async () => (context = await here.newPerson());
    await tour(here.server, fresh, (page, name) => t.test(`ALL-8 ${name}`, () => assertSound(page, name)));
    assertQuiet(context);
  });
}

const here = stage({ ...OPTIONS, env: ALLOWS_LOOPBACK });

test("ALL-8 axe finds nothing on the pages of single sign-on", async (t) => {
  const provider = await Provider.start();
  try {
    let context;
    const fresh = async () => (context = await here.newPerson({ origins: [provider.issuer] }));
    const look = (page, name) => t.test(`ALL-8 ${name}`, () => assertSound(page, name));
    await tourOfSso(here.server, provider, fresh, look);
    assertQuiet(context);
  } finally {
    await provider.stop();
  }
});

test("ALL-8 in German nothing scrolls sideways on a phone's screen", async () => {
  const ada = await staff(here.server, "administrator");
  const portal = await here.visitor(ada.client, { locale: "de-DE", size: PHONE });
  for (const path of [
    routes.helpLostAccess, routes.desk, routes.waitingSuspensions, routes.admin, routes.members, routes.invitations,
    routes.adoption, routes.audit, routes.couriers, routes.spending, routes.organisation, routes.policy, routes.policyPresets,
    routes.policyHistory, `${routes.policyReview}?preset=email-with-recovery-key`, `${routes.policyReview}?preset=messenger`, routes.ssoProviders, routes.ssoProviderNew,
    routes.sso,
  ]) {
    await portal.openProved(path, ada.phone);
    assert.equal(await portal.page.locator("html").getAttribute("lang"), "de", path);
    assert.equal(await sidewaysScroll(portal.page), 0, `${path} scrolls sideways in German`);
  }
  await here.leave(portal);
});
