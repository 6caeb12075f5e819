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

  async open(path) {
    return this.page.goto(path);
  }

  async isAt(path) {
    await this.page.waitForURL((url) => url.pathname === path);
  }

  async says(pattern) {
    await this.page.getByText(pattern).first().waitFor();
  }

  // Fields

  get email() {
    return this.field(/e-?mail/i);
  }

  get password() {
    // A password field has no role of its own.
    return this.page.getByLabel(/^password/i).and(this.page.locator("input"));
  }

  get displayName() {
    return this.field(/name/i);
  }

  get code() {
    return this.field(/code/i);
  }

  get deviceName() {
    return this.field(/name/i);
  }

  // Buttons

  get signInButton() {
    return this.button(/^sign in$/i);
  }

  get signUpButton() {
    return this.button(/^(sign up|create (my |an? )?account)$/i);
  }

  get signOutButton() {
    return this.button(/^sign out$/i);
  }

  get continueButton() {
    return this.page.locator(`form[action="${routes.secondStep}"]`).getByRole("button").first();
  }

  get setUpGear() {
    return this.button(/(set up|add).*authenticator|authenticator.*(set up|add)/i).first();
  }

  get completeButton() {
    return this.button(/^complete activation$/i);
  }

  get qr() {
    return this.page.getByRole("img", { name: /qr/i });
  }

  get keyDisclosure() {
    return this.page.getByText(/(show|enter|type).*key|can.?t scan/i).first();
  }

  device(name) {
    return this.page.getByRole("listitem").filter({ hasText: name });
  }

  session(text) {
    return this.page.getByRole("listitem").filter({ hasText: text });
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
    if (new URL(this.page.url(), "http://x").pathname !== routes.signIn) await this.open(routes.signIn);
    await this.email.fill(email);
    await this.password.fill(password);
    await this.signInButton.click();
  }

  /** Types the code; with JavaScript a full box submits itself, otherwise the button is pressed. */
  async enterCode(code, { press = false } = {}) {
    await this.code.fill(code);
    if (press) await this.continueButton.click();
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

  /** From the account's home to the set-up page, as APP-2 says: the row, its button. */
  async startSetUp() {
    await this.open(routes.security);
    await this.setUpGear.click();
    await this.isAt(routes.setUp);
  }

  /** The phone that has scanned the code on the page. */
  async scan() {
    const uri = await readQr(this.qr);
    assert.match(uri, /^otpauth:\/\/totp\//, "APP-3: the QR code holds an authenticator's key");
    return Phone.scan(uri);
  }

  async completeSetUp(code, name) {
    await this.code.fill(code);
    await this.deviceName.fill(name);
    await this.completeButton.click();
  }

  /** The key as text, which the page shows on request. */
  async keyText() {
    if (await this.keyDisclosure.isVisible()) await this.keyDisclosure.click();
    const text = await this.page.locator("main").innerText();
    return text.match(/\b(?:[A-Z2-7]{4}\s?){8}(?![A-Z2-7])/)?.[0].replace(/\s/g, "");
  }
}
