// What an administrator does all day: invite one and many, change a role, disable, look things up in the log, see how far
// the second step has come, and try whether letters get out.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { atSecondStep, protectedMember, somebody, staff } from "../lib/accounts.mjs";
import { Client } from "../lib/http.mjs";
import { SUBJECT } from "../lib/mail.mjs";
import { routes } from "../lib/routes.mjs";
import { stage } from "../lib/stage.mjs";

const here = stage({ mail: true, openSignUp: true, preset: "authenticator", turned: true, prepare });

let ada;
async function prepare({ server }) {
  ada = await staff(server, "administrator");
}

/** Ada's browser: one for the whole day, as each proof renews what her session goes by. */
let work;
async function atWork(path) {
  work ??= await here.visitor(ada.client);
  await work.open(path);
  return work;
}

/** Presses a button of a deed; where a fresh proof is asked for first, gives it and comes back. */
async function press(portal, name, again = portal.path) {
  await portal.follow(portal.button(name));
  if (await portal.prove(ada.phone)) {
    if (portal.path !== again) await portal.open(again);
    await portal.button(name).click();
  }
}

async function openMember(portal, person) {
  await portal.open(`${routes.members}?q=${encodeURIComponent(person.email)}`);
  await portal.link(person.name).click();
  await portal.page.getByRole("heading", { level: 1, name: person.name }).waitFor();
}

test("ALL-9 an invitation goes out by letter, and whoever takes it up passes the same gate", async () => {
  const ivo = somebody("Ivo Invited");
  const portal = await atWork(routes.invitations);
  await portal.email.fill(ivo.email);
  await portal.page.getByRole("combobox", { name: "Role" }).selectOption("support");
  await portal.follow(portal.button("Send invitation"));
  if (await portal.prove(ada.phone)) {
    await portal.open(routes.invitations);
    await portal.email.fill(ivo.email);
    await portal.page.getByRole("combobox", { name: "Role" }).selectOption("support");
    await portal.button("Send invitation").click();
  }
  await portal.says("The invitation is on its way.");
  await portal.says(ivo.email);

  const invited = await here.visitor();
  await invited.followLink(await here.mail.linkFor(ivo.email, SUBJECT.invited));
  await invited.displayName.fill(ivo.name);
  await invited.newPasswordOrPassword.fill(ivo.password);
  here.server.neverLogs(ivo.password);
  await invited.page.locator("main form").getByRole("button").last().click();
  await invited.isAt(routes.enrolment);
  assert.equal(await invited.button("Not now").count(), 0, "support needs a strong second step");
  await portal.open(routes.invitations);
  assert.ok(!(await portal.words()).includes(ivo.email), "the invitation is used");
  await here.leave(invited);
});

test("many are invited at once: first a list of what each line does, then the letters", async () => {
  const [one, two] = [somebody(), somebody()];
  const taken = await protectedMember(here.server);
  const portal = await atWork(routes.invitations);
  const list = `email,role\n${one.email},member\n${two.email},support\n${taken.email},member\nnot an address,member\n`;
  await portal.openProved(routes.invitations, ada.phone);
  await portal.field("Addresses, one a line").fill(list);
  await portal.button("Check the list").click();
  await portal.says("What the list does");
  const row = (text) => portal.page.getByRole("row").filter({ hasText: text });
  assert.match(await row(one.email).innerText(), /Gets an e-mail/);
  assert.match(await row(taken.email).innerText(), /Has an account already/);
  assert.match(await row("not an address").innerText(), /Fix/);
  assert.equal((await here.mail.unread(one.email)).length, 0, "nothing is sent before it was seen");
  await portal.follow(portal.button(/^Send/).or(portal.button(/^Invite/)).first());
  await portal.prove(ada.phone);
  await portal.says("The invitations are on their way.");
  for (const person of [one, two]) await here.mail.letterTo(person.email, SUBJECT.invited);
  assert.equal((await here.mail.unread(taken.email)).filter(({ subject }) => SUBJECT.invited.test(subject)).length, 0);
});

test("a role is changed, and its owner has to come in again", async () => {
  const mara = await protectedMember(here.server, somebody("Mara Promoted"));
  const portal = await atWork(routes.members);
  await openMember(portal, mara);
  const place = portal.path;
  await portal.page.getByRole("combobox", { name: "Role" }).selectOption("support");
  await portal.follow(portal.button("Change role"));
  if (await portal.prove(ada.phone)) {
    await portal.open(place);
    await portal.page.getByRole("combobox", { name: "Role" }).selectOption("support");
    await portal.button("Change role").click();
  }
  await portal.says("The role was changed.");
  assert.equal(await mara.client.isSignedIn(), false);
  const agent = await here.visitor();
  await agent.signIn(mara, await mara.phone.fresh());
  await agent.open(routes.desk);
  await agent.page.getByRole("heading", { level: 1, name: "Support desk" }).waitFor();
  assert.equal((await agent.open(routes.members)).status(), 403, "support is not administration");
  await here.leave(agent);
});

test("an account is disabled and enabled again; nothing of it is lost", async () => {
  const mara = await protectedMember(here.server, somebody("Mara Disabled"));
  const portal = await atWork(routes.members);
  await openMember(portal, mara);
  await press(portal, "Disable account");
  await portal.says("The account is disabled");
  assert.equal(await mara.client.isSignedIn(), false);
  const refused = await new Client(here.server.url).submit(routes.signIn, mara.email ? { email: mara.email, password: mara.password } : {});
  assert.notEqual(refused.status, 303, "nobody signs in");
  await press(portal, "Enable account");
  await portal.says("The account can sign in again.");
  await atSecondStep(here.server.url, mara);
});

test("an account is exported, and deleted only once its address is typed", async () => {
  const mara = await protectedMember(here.server, somebody("Mara Gone"));
  const portal = await atWork(routes.members);
  await openMember(portal, mara);
  const place = portal.path;
  await portal.openProved(place, ada.phone);
  const download = portal.page.waitForEvent("download", { timeout: 10_000 }).catch(() => undefined);
  await portal.button("Export data").click();
  let file = await Promise.race([download, portal.page.waitForURL((url) => url.pathname === routes.stepUp).then(() => undefined)]);
  if (!file) {
    await portal.prove(ada.phone);
    await portal.open(place);
    [file] = await Promise.all([portal.page.waitForEvent("download"), portal.button("Export data").click()]);
  }
  const data = JSON.parse(await readFile(await file.path(), "utf8"));
  assert.ok(JSON.stringify(data).includes(mara.email));
  assert.ok(!JSON.stringify(data).includes(mara.phone.secret), "without secrets");

  await portal.openProved(`${place}/delete`, ada.phone);
  const confirm = portal.page.getByLabel(new RegExp(`Type ${mara.email.replaceAll(".", "\\.")} to confirm`));
  await confirm.fill("somebody.else@example.test");
  await portal.follow(portal.button("Delete for good"));
  if (await portal.prove(ada.phone)) {
    await portal.open(`${place}/delete`);
    await confirm.fill("somebody.else@example.test");
    await portal.button("Delete for good").click();
  }
  await portal.alert.waitFor();
  await confirm.fill(mara.email);
  await portal.button("Delete for good").click();
  await portal.says("The account was deleted.");
  assert.equal(await mara.client.isSignedIn(), false);
});

test("C-9 the audit log is filtered, exported and verified", async () => {
  const mara = await protectedMember(here.server, somebody("Mara Logged"));
  const portal = await atWork(routes.audit);
  await portal.field("Concerning (e-mail address)").fill(mara.email);
  await portal.button("Show").click();
  await portal.page.getByRole("row").filter({ hasText: mara.email }).first().waitFor();
  const others = await portal.page.locator("tbody tr").filter({ hasNotText: mara.email }).count();
  assert.equal(others, 0, "nothing but what was asked for");
  const filtered = new URL(portal.page.url());
  const save = async (name) => {
    const download = portal.page.waitForEvent("download", { timeout: 15_000 });
    download.catch(() => {});
    await portal.button(name).click();
    const asked = portal.page.waitForURL((url) => url.pathname === routes.stepUp, { timeout: 15_000 }).then(() => undefined, () => undefined);
    const file = await Promise.race([download, asked]);
    if (file) return file;
    await portal.prove(ada.phone);
    await portal.open(filtered.pathname + filtered.search);
    const [second] = await Promise.all([portal.page.waitForEvent("download"), portal.button(name).click()]);
    return second;
  };
  const csv = await readFile(await (await save("Export as CSV")).path(), "utf8");
  assert.ok(csv.includes("authenticator"), csv.slice(0, 300));
  const json = await readFile(await (await save("Export as JSON")).path(), "utf8");
  assert.ok(json.includes("authenticator"), json.slice(0, 300));
  for (const text of [csv, json]) assert.ok(!text.includes(mara.phone.secret) && !text.includes(mara.password));
  await portal.open(routes.audit);
  await press(portal, "Verify the chain", routes.audit);
  await portal.says(/The log is whole: \d/);
});

test("ALL-8 adoption is drawn, and the same figures stand in a table", async () => {
  const portal = await atWork(routes.adoption);
  await portal.page.reload();
  const drawn = portal.page.getByRole("img", { name: /Share of active accounts by second step/ });
  const empty = portal.page.getByText("No figures yet");
  await drawn.or(empty).first().waitFor();
  assert.equal(await empty.count(), 0, "figures are taken at the start");
  await portal.page.getByText("The same as a table").click();
  const table = portal.page.getByRole("table");
  assert.ok((await table.getByRole("row").count()) >= 2, "a head and at least a day");
  await table.getByRole("columnheader", { name: /authenticator/i }).waitFor();
});

test("ALL-3 the courier's test arrives, and a broken courier is told", async () => {
  const portal = await atWork(routes.couriers);
  await press(portal, "Send me a test", routes.couriers);
  await portal.says("The test is on its way to your address.");
  await here.mail.letterTo(ada.email, SUBJECT.courierTest);
});

test("the organisation gets its name and colour, and an unreadable one is refused", async () => {
  const portal = await atWork(routes.organisation);
  await portal.openProved(routes.organisation, ada.phone);
  await portal.field("Colour").fill("#ffee00");
  await portal.follow(portal.button("Save"));
  if (await portal.prove(ada.phone)) {
    await portal.open(routes.organisation);
    await portal.field("Colour").fill("#ffee00");
    await portal.button("Save").click();
  }
  await portal.alert.waitFor();
  await portal.field("Colour").fill("#7a1f5c");
  await portal.field("Name").fill("Journey Telecom");
  await portal.button("Save").click();
  await portal.says("Saved. Everybody sees it with the next page.");
  const stranger = await here.visitor();
  await stranger.open(routes.signIn);
  await stranger.says("Journey Telecom");
  await here.leave(stranger);
});

test("home shows the figures, and members are found by what protects them", async () => {
  const mara = await protectedMember(here.server, somebody("Mara Found"));
  const portal = await atWork(routes.admin);
  await portal.page.getByRole("heading", { level: 1 }).waitFor();
  await portal.page.getByRole("term").filter({ hasText: "Members" }).waitFor();
  await portal.open(routes.members);
  await portal.page.getByRole("searchbox").fill("Mara Found");
  await portal.button("Show").click();
  await portal.link(mara.name).waitFor();
  assert.match(await portal.page.getByRole("row").filter({ hasText: mara.name }).innerText(), /Authenticator/i);
});

test("nothing on the pages of administration misbehaved", () => here.leave(work));
