// The contact form, the desk, the policy's editor and the set-up after sign-in by keyboard alone, and in a browser that
// runs no script.
import assert from "node:assert/strict";
import { test } from "node:test";
import { member, protectedMember, somebody, staff } from "../lib/accounts.mjs";
import { Desk, LOST } from "../lib/desk.mjs";
import { PEOPLE, follow, prove } from "../lib/hands.mjs";
import { tabTo } from "../lib/keyboard.mjs";
import { setPolicy } from "../lib/policy.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ openSignUp: true, preset: "recommended", turned: true });

for (const [how, hands, browser] of PEOPLE) {
  test(`ALL-8 APP-8 APP-9 contact form and desk ${how}`, async () => {
    const agent = await staff(here.server, "support");
    const mara = await protectedMember(here.server, somebody(`Mara ${browser.size ? "Touch" : "Keyboard"}`));
    const portal = await here.visitor(undefined, browser);
    await portal.open(routes.signIn);
    await hands.type(portal, portal.email, mara.email);
    await hands.type(portal, portal.password, mara.password);
    await hands.press(portal, portal.signInButton);
    await portal.isAt(routes.secondStep);
    await hands.press(portal, portal.link("I can't use any of these"));
    await portal.isAt(routes.helpLostAccess);
    await hands.choose(portal, portal.page.getByRole("radio", { name: LOST.phone }));
    await hands.type(portal, portal.field("In your own words"), "It fell into the harbour.");
    await hands.press(portal, portal.button("Ask support"));
    await portal.says("Support has your request");

    const desk = await here.visitor(agent.client, browser);
    const { page } = desk;
    await desk.open(routes.desk);
    await hands.press(desk, new Desk(desk, agent.phone).request(mara.name));
    await desk.says("It fell into the harbour.");
    await hands.press(desk, desk.button("Take"));
    await desk.says(agent.name);
    await hands.type(desk, desk.field("Note or answer"), "Called back.");
    await hands.press(desk, desk.button("Save"));
    await desk.says("Called back.");
    await hands.press(desk, page.getByRole("link", { name: mara.name }));
    await page.getByRole("heading", { level: 1, name: mara.name }).waitFor();
    await follow(desk, hands, desk.link("Suspend the second step"));
    await prove(desk, hands, agent.phone);
    await hands.choose(desk, page.getByRole("radio", { name: "Password and support code" }));
    await hands.type(desk, desk.field("Reason"), "lost phone");
    await hands.type(desk, desk.field("Case"), "T-1");
    await hands.type(desk, desk.field("How the owner was known"), "Called back");
    await hands.press(desk, desk.button("Suspend"));
    await desk.says("The second step is suspended.");
    await page.locator("#support-code").waitFor();
    const code = (await page.locator("#support-code span").allInnerTexts()).join("-");
    here.server.neverLogs(code);

    await portal.open(routes.signIn);
    await hands.type(portal, portal.email, mara.email);
    await hands.type(portal, portal.password, mara.password);
    await hands.press(portal, portal.signInButton);
    await portal.isAt(routes.secondStep);
    await hands.type(portal, portal.field("Support code"), code);
    await hands.press(portal, portal.signInButton);
    await portal.page.waitForURL((url) => url.pathname.startsWith("/account"));
    await here.leave(desk);
    await here.leave(portal);
  });

  test(`ALL-8 KEY-10 the set-up after sign-in ${how}`, async () => {
    const ada = await staff(here.server, "administrator");
    await setPolicy(ada, { second_step: "required" });
    const mara = await member(here.server);
    const portal = await here.visitor(undefined, browser);
    await portal.open(routes.signIn);
    await hands.type(portal, portal.email, mara.email);
    await hands.type(portal, portal.password, mara.password);
    await hands.press(portal, portal.signInButton);
    await portal.isAt(routes.enrolment);
    await hands.press(portal, portal.button(/^(Enable with authenticator app|Continue)$/));
    await portal.isAt(routes.setUp);
    const phone = await portal.scan();
    await hands.type(portal, portal.deviceName, "Phone");
    await hands.type(portal, portal.code, await phone.slow());
    await hands.press(portal, portal.completeButton);
    await portal.isAt(routes.recoveryKey);
    await hands.press(portal, portal.makeKeyButton);
    const key = await portal.shownKey();
    here.server.neverLogs(key);
    const groups = await portal.askedGroups(key);
    for (const [at, group] of groups.entries()) await hands.type(portal, portal.groupBox(at), group);
    await hands.press(portal, portal.finishButton);
    await portal.isAt(routes.enrolmentDone);
    await hands.press(portal, portal.link("Continue"));
    await portal.isAt(routes.account);
    await setPolicy(ada, { second_step: "offered" });
    await here.leave(portal);
  });

  test(`ALL-8 the policy is edited, reviewed and put into force ${how}`, async () => {
    const ada = await staff(here.server, "administrator");
    const minutes = browser.size ? "45" : "40";
    const portal = await here.visitor(ada.client, browser);
    await portal.open(routes.policy);
    const idle = portal.page.getByRole("spinbutton", { name: "A member’s session ends without use after" });
    await hands.type(portal, idle, minutes);
    await follow(portal, hands, portal.button("Review the change"));
    await prove(portal, hands, ada.phone);
    await portal.isAt(routes.policyReview);
    await portal.says(`${minutes} minutes`);
    await hands.type(portal, portal.field("Why"), "Shorter is safer");
    await hands.press(portal, portal.button("Put into force"));
    await portal.isAt(routes.policy);
    await portal.says("The policy is in force.");
    assert.equal(await idle.inputValue(), minutes);
    await hands.press(portal, portal.link("History"));
    await portal.says("Shorter is safer");
    await here.leave(portal);
  });

  test(`ALL-8 ALL-9 somebody is invited, and the audit log is searched for it ${how}`, async () => {
    const ada = await staff(here.server, "administrator");
    const ivo = somebody("Ivo Invited");
    const portal = await here.visitor(ada.client, browser);
    await portal.open(routes.members);
    await follow(portal, hands, portal.link("Invite people"));
    const invite = async () => {
      await hands.type(portal, portal.email, ivo.email);
      await follow(portal, hands, portal.button("Send invitation"));
    };
    await invite();
    if (await prove(portal, hands, ada.phone)) await invite();
    await portal.page.getByRole("listitem").filter({ hasText: ivo.email }).waitFor();

    await portal.open(routes.audit);
    await hands.type(portal, portal.field("Done by (e-mail address)"), "nobody@elsewhere.example");
    await follow(portal, hands, portal.button("Show"));
    await portal.alert.waitFor();
    await hands.type(portal, portal.field("Done by (e-mail address)"), ada.email);
    await follow(portal, hands, portal.button("Show"));
    await portal.page.getByRole("row").filter({ hasText: "Invited by e-mail" }).first().waitFor();
    assert.equal(await portal.field("Done by (e-mail address)").inputValue(), ada.email, "the filter stays");
    await here.leave(portal);
  });

  test(`ALL-8 KEY-11 a provider is typed in, refused with its reasons, and nothing but the secret is lost ${how}`, async () => {
    const ada = await staff(here.server, "administrator");
    const portal = await here.visitor(ada.client, browser);
    await portal.open(routes.ssoProviders);
    await follow(portal, hands, portal.link(/^Add a provider/));
    const fill = async () => {
      await hands.type(portal, portal.field("Name on the button"), "Corp Login");
      await hands.type(portal, portal.field("Short name"), "corp");
      await hands.type(portal, portal.field("Issuer"), "http://login.corp.example");
      await hands.type(portal, portal.field("Client id"), "countersign");
      await hands.type(portal, portal.page.getByLabel("Client secret", { exact: true }), "not-a-real-one");
      const jit = portal.page.getByRole("checkbox", { name: /^Make an account for whoever comes/ });
      if (!(await jit.isChecked())) await hands.tick(portal, jit);
      await follow(portal, hands, portal.button("Save"));
    };
    await fill();
    if (await prove(portal, hands, ada.phone)) await fill();
    await portal.alert.waitFor();
    await portal.says(/Give the issuer exactly as the provider names it/);
    assert.equal(await portal.field("Name on the button").inputValue(), "Corp Login");
    assert.equal(await portal.page.getByLabel("Client secret", { exact: true }).inputValue(), "");
    await here.leave(portal);
  });
}

test("ALL-8 the desk's own keys: search, up and down the rows, and off with them", async () => {
  const agent = await staff(here.server, "support");
  for (const name of ["Nora Rows", "Nils Rows"]) await protectedMember(here.server, somebody(name));
  const portal = await here.visitor(agent.client);
  const { page } = portal;
  await portal.open(routes.desk);
  await page.keyboard.press("/");
  await tabTo(page, page.getByRole("searchbox"), { most: 0 });
  await page.keyboard.type("Rows");
  await page.keyboard.press("Enter");
  const rows = page.locator("[data-row]");
  await rows.nth(1).waitFor();
  await page.keyboard.press("j");
  await tabTo(page, rows.nth(0), { most: 0 });
  await page.keyboard.press("j");
  await tabTo(page, rows.nth(1), { most: 0 });
  await page.keyboard.press("k");
  await tabTo(page, rows.nth(0), { most: 0 });
  await page.keyboard.press("?");
  await tabTo(page, page.getByRole("checkbox", { name: "Use these keys" }));
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  await portal.open(routes.desk);
  await page.keyboard.press("/");
  const typed = await page.evaluate(() => document.activeElement?.getAttribute("type"));
  assert.notEqual(typed, "search", "switched off, a key is only a key (WCAG 2.1.4)");
  await here.leave(portal);
});
