// What a person sees and presses, by role and label: the one place to change when a page's words change.
import assert from "node:assert/strict";
import { readQr } from "./qr.mjs";
import { Phone } from "./oath.mjs";
import { routes } from "./routes.mjs";

/** What the pages call the methods. */
export const METHOD = {
  authenticator: "Authenticator app",
  email: "Code by e-mail",
  phone: "Phone",
  recoveryKey: "Recovery key",
  telegram: "Telegram",
};

export class Portal {
  /**
   * @param {import("playwright-core").Page} page
   * @param {object} [clock] what the phones go by that scan its QR codes
   */
  constructor(page, clock) {
    this.page = page;
    this.clock = clock;
  }

  // Building blocks

  button(name) {
    return this.page.getByRole("button", { name });
  }

  link(name) {
    return this.page.getByRole("link", { name });
  }

  field(label) {
    return this.page.getByRole("textbox", { name: label });
  }

  get heading() {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** Where a page says what went wrong; announced to a screen reader. */
  get alert() {
    return this.page.getByRole("alert").filter({ hasText: /\S/ }).first();
  }

  /** Where a page says what was done. */
  get notice() {
    return this.page.getByRole("status").filter({ hasText: /\S/ }).first();
  }

  get path() {
    return new URL(this.page.url(), "http://nowhere").pathname;
  }

  async open(path) {
    return this.page.goto(path);
  }

  async isAt(path) {
    await this.page.waitForURL((url) => url.pathname === path);
  }

  async says(pattern) {
    await this.page.getByText(pattern).first().waitFor();
  }

  words() {
    return this.page.locator("main").innerText();
  }

  // Fields

  get email() {
    return this.field("E-mail address");
  }

  get password() {
    return this.page.getByLabel("Password", { exact: true });
  }

  get displayName() {
    return this.field("Your name");
  }

  get code() {
    return this.field(/code/i);
  }

  get deviceName() {
    return this.field("Device name");
  }

  get newPassword() {
    return this.page.getByLabel("New password", { exact: true });
  }

  /** Behind an invitation: the password that is chosen. */
  get newPasswordOrPassword() {
    return this.page.locator('input[name="password"]');
  }

  get recoveryKey() {
    return this.field("Recovery key");
  }

  // Buttons and links

  get signInButton() {
    return this.page.getByRole("button", { name: "Sign in", exact: true });
  }

  get signUpButton() {
    return this.button("Create account");
  }

  get signOutButton() {
    return this.button("Sign out");
  }

  /** The one that sends the code. */
  get codeButton() {
    return this.page.locator("form").filter({ has: this.code }).getByRole("button");
  }

  get savePasswordButton() {
    return this.button("Save password");
  }

  get forgotLink() {
    return this.link("Forgotten your password?");
  }

  get sendLinkButton() {
    return this.button("Send the link");
  }

  /** The one beside the organisation's name, with the person's sign. */
  get accountLink() {
    return this.page.getByRole("banner").getByRole("link", { name: "Account" });
  }

  /** Before codes by e-mail are switched on. */
  get sendCodeButton() {
    return this.button("Send verification code");
  }

  /** Behind a letter's link. */
  get confirmAddressButton() {
    return this.button("Confirm this address");
  }

  get createAccountButton() {
    return this.button("Create my account");
  }

  get undoButton() {
    return this.button("Undo the change");
  }

  get notMeButton() {
    return this.button("This was not me");
  }

  get sendAgainButton() {
    return this.button("Send another code");
  }

  get makeKeyButton() {
    return this.button("Show my recovery key");
  }

  get newKeyLink() {
    return this.link(/^New key\b/);
  }

  get finishButton() {
    return this.button("Finish");
  }

  get anotherWay() {
    return this.link("Try another way");
  }

  get backToCode() {
    return this.link("Back to the code");
  }

  /** A method on the page of the other ways. */
  way(method) {
    return this.button(new RegExp(`^${method}\\b`));
  }

  /** What switches a method on, in its row. */
  enable(method) {
    return this.link(new RegExp(`^(Enable|Launch)\\b.*${method}$`));
  }

  /** The same where it cannot be pressed. */
  blockedEnable(method) {
    return this.button(new RegExp(`^(Enable|Launch)\\b.*${method}$`));
  }

  /** Has the address confirmed, beside the reason why a method cannot be switched on. */
  verifyNow(method) {
    const row = this.page.locator(".panel").filter({ has: this.page.getByRole("heading", { level: 3, name: method }) });
    return row.getByRole("button", { name: "Verify now" });
  }

  disable(method) {
    return this.link(new RegExp(`^Disable\\b.*${method}$`));
  }

  get setUpGear() {
    return this.link("Manage two-factor authentication");
  }

  get addDevice() {
    return this.link("Add a device");
  }

  get showQr() {
    return this.button("Yes, show my QR code");
  }

  get completeButton() {
    return this.button(/^(Complete activation|Validate|Verify|Confirm)$/);
  }

  get qr() {
    return this.page.getByRole("img", { name: /^QR code/ });
  }

  get keyDisclosure() {
    return this.page.locator("summary").filter({ hasText: "I can't scan it" });
  }

  device(name) {
    return this.page.getByRole("list", { name: "Devices" }).getByRole("listitem").filter({ hasText: name });
  }

  renameLink(name) {
    return this.device(name).getByRole("link", { name: /^Rename\b/ });
  }

  removeLink(name) {
    return this.device(name).getByRole("link", { name: /^Remove\b/ });
  }

  // Journeys' common stretches

  async signUp({ name, email, password }) {
    await this.open(routes.signUp);
    await this.displayName.fill(name);
    await this.email.fill(email);
    await this.password.fill(password);
    await this.signUpButton.click();
  }

  async firstStep({ email, password }) {
    if (this.path !== routes.signIn) await this.open(routes.signIn);
    await this.email.fill(email);
    await this.password.fill(password);
    await this.signInButton.click();
  }

  /** From the account's page to the letter to the new address. */
  async askForAddress(address) {
    await this.open(routes.email);
    await this.field("New address").fill(address);
    await this.button("Send the e-mail").click();
    await this.notice.waitFor();
  }

  /** Types the code; with JavaScript a full box submits itself, otherwise the button is pressed. */
  async enterCode(code, { press = false } = {}) {
    await this.code.fill(code);
    if (press) await this.codeButton.click();
  }

  /** The code out of the letter that answers what this page waits for. */
  async mailedCode(mail, address) {
    return mail.codeFor(address, { says: await this.reference() });
  }

  /** The four characters that the page shares with its letter. */
  async reference() {
    return (await this.page.locator(".reference-code").innerText()).trim();
  }

  /** How the letter with the code stands, as the page tells it. */
  async mailNews() {
    return (await this.page.locator(".mail-code").innerText()).replace(/\s+/g, " ");
  }

  get phoneNumber() {
    return this.field("Phone number");
  }

  get callMe() {
    return this.button("Call me");
  }

  get callAgain() {
    return this.button("Call again");
  }

  /** The account's numbers on the security page. */
  get phoneNumbers() {
    return this.page.getByRole("list", { name: "Phone numbers" }).getByRole("listitem");
  }

  /** From the second step on to another method. */
  async goAnotherWay(method) {
    await this.anotherWay.click();
    await this.way(method).click();
    await this.isAt(routes.secondStep);
  }

  async enterKey(key) {
    await this.recoveryKey.fill(key);
    await this.page.locator("form").filter({ has: this.recoveryKey }).getByRole("button").click();
  }

  /** The recovery key on the page that shows it once. */
  async shownKey() {
    const key = (await this.page.locator("#recovery-key").innerText()).replace(/\s/g, "");
    assert.match(key, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}$/);
    return key;
  }

  /** The two groups of a key that this page wants typed. */
  async askedGroups(key) {
    const labels = await this.page.locator("label").filter({ hasText: /^Group \d$/ }).allInnerTexts();
    return labels.map((label) => key.split("-")[Number(label.match(/\d/)[0]) - 1]);
  }

  groupBox(at) {
    return this.field(/^Group \d$/).nth(at);
  }

  async typeGroups(groups) {
    for (const [at, group] of groups.entries()) await this.groupBox(at).fill(group);
    await this.finishButton.click();
  }

  /** Has the key made, and shows that it was saved. */
  async makeAndSaveKey() {
    await this.makeKeyButton.click();
    const key = await this.shownKey();
    await this.typeGroups(await this.askedGroups(key));
    await this.isAt(routes.security);
    return key;
  }

  /** Opens the link out of a letter, as a tap on it does. */
  async followLink(link) {
    await this.open(link);
    await this.isAt(routes.link);
  }

  /** The CSRF token of a form on this page. */
  csrf() {
    return this.page.locator('input[name="csrf"]').first().getAttribute("value");
  }

  async signIn(person, code) {
    await this.firstStep(person);
    await this.isAt(routes.secondStep);
    await this.enterCode(code);
    await this.isAt(routes.account);
  }

  /** Where a session is over meanwhile, signs in as far as the password goes. */
  async signInAgain(person) {
    await this.isAt(routes.signIn);
    await this.firstStep(person);
  }

  /** The first sign-in of somebody without a second step, who is offered one and would rather not now (KEY-10). */
  async signInWithout(person) {
    await this.firstStep(person);
    await this.isAt(routes.enrolment);
    await this.notNow();
  }

  /** Where the set-up of a second step comes first and may wait, lets it wait. */
  async notNow() {
    await this.button("Not now").click();
    await this.isAt(routes.account);
  }

  /** Presses what leads to another page, and is there. */
  async follow(what) {
    await Promise.all([this.page.waitForEvent("load"), what.click()]);
  }

  /** Opens a page that may ask for a fresh proof first, and gives it. */
  async openProved(path, phone) {
    await this.open(path);
    const first = this.page.getByRole("link", { name: "Confirm now" });
    if ((await first.count()) > 0) await this.follow(first);
    if (this.path === routes.stepUp) {
      await this.enterCode(await phone.fresh());
      await this.isAt(new URL(path, "http://nowhere").pathname);
    }
  }

  /** After `follow`ing a button whose deed may ask for a fresh proof: gives it where it is asked. Tells whether it was. */
  async prove(phone) {
    if (this.path !== routes.stepUp) return false;
    await this.enterCode(await phone.fresh());
    await this.page.waitForURL((url) => url.pathname !== routes.stepUp);
    return true;
  }

  async signOut() {
    await this.signOutButton.click();
    await this.isAt(routes.signIn);
  }

  /** From the security page to the QR code: by the method's row, or by the button of the devices' list. */
  async startSetUp() {
    await this.open(routes.security);
    const another = (await this.addDevice.count()) > 0;
    await (another ? this.addDevice : this.enable(METHOD.authenticator)).click();
    await this.isAt(routes.setUpBefore);
    await this.showQr.click();
    await this.isAt(routes.setUp);
  }

  /** The phone that has scanned the code on the page. */
  async scan() {
    const uri = await readQr(this.qr);
    assert.match(uri, /^otpauth:\/\/totp\//, "APP-3: the QR code holds an authenticator's key");
    return Phone.scan(uri, this.clock);
  }

  /** Types code and name and presses the button. */
  async confirmSetUp(code, name) {
    await this.code.fill(code);
    await this.deviceName.fill(name);
    await this.completeButton.click();
  }

  /** The same, up to what follows: under some policies the key is shown one last time. */
  async completeSetUp(code, name, next = routes.setUpDone) {
    await this.confirmSetUp(code, name);
    await this.isAt(next);
  }

  /** From the devices' list to the page that asks for the code of this very purpose. */
  async startRemoval(name) {
    await this.open(routes.security);
    await this.removeLink(name).click();
    await this.button("Continue").click();
    await this.isAt(routes.secondStep);
  }

  /** The key as text, which the page shows on request. */
  async keyText() {
    const shown = this.page.locator("#key");
    if (!(await shown.isVisible())) await this.keyDisclosure.click();
    return (await shown.innerText()).replace(/\s/g, "");
  }
}
