// What a person sees and presses, by role and label: the one place to change when a page's words change.
import assert from "node:assert/strict";
import { readQr } from "./qr.mjs";
import { Phone } from "./oath.mjs";
import { routes } from "./routes.mjs";

export class Portal {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
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

  // Buttons and links

  get signInButton() {
    return this.button("Sign in");
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
    return this.button("Complete activation");
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

  /** Types the code; with JavaScript a full box submits itself, otherwise the button is pressed. */
  async enterCode(code, { press = false } = {}) {
    await this.code.fill(code);
    if (press) await this.codeButton.click();
  }

  async signIn(person, code) {
    await this.firstStep(person);
    await this.isAt(routes.secondStep);
    await this.enterCode(code);
    await this.isAt(routes.account);
  }

  async signOut() {
    await this.signOutButton.click();
    await this.isAt(routes.signIn);
  }

  /** From the security page to the QR code, as APP-2 says: the row, its gear; or the button of the devices' list. */
  async startSetUp() {
    await this.open(routes.security);
    const another = (await this.addDevice.count()) > 0;
    await (another ? this.addDevice : this.setUpGear).click();
    await this.isAt(routes.setUpBefore);
    await this.showQr.click();
    await this.isAt(routes.setUp);
  }

  /** The phone that has scanned the code on the page. */
  async scan() {
    const uri = await readQr(this.qr);
    assert.match(uri, /^otpauth:\/\/totp\//, "APP-3: the QR code holds an authenticator's key");
    return Phone.scan(uri);
  }

  /** Types code and name and presses the button. */
  async confirmSetUp(code, name) {
    await this.code.fill(code);
    await this.deviceName.fill(name);
    await this.completeButton.click();
  }

  async completeSetUp(code, name) {
    await this.confirmSetUp(code, name);
    await this.isAt(routes.setUpDone);
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
