// The demo's tray: what a visitor looks at and presses in the place of phones, Telegram and the mailbox.
import { Portal } from "./pages.mjs";
import { routes } from "./routes.mjs";
import { until } from "./wait.mjs";

/** The Telegram accounts of the demo's people. */
export const ROBIN = "Robin";
export const SASCHA = "Sascha";
export const SASCHA_AT_WORK = "Sascha at work";
export const KIM = "Kim";

export class Tray {
  constructor(page) {
    this.page = page;
  }

  /** As hands take it. */
  get portal() {
    return new Portal(this.page);
  }

  open() {
    return this.page.goto(routes.demoTray);
  }

  /** What the authenticator app shows for an account. */
  async code(email) {
    await this.open();
    const app = this.page.locator("section").filter({ hasText: email }).filter({ has: this.page.locator(".otp") });
    return (await app.locator(".otp-code").first().innerText()).replace(/\s/g, "");
  }

  /** The phone of a number. */
  phone(number) {
    const named = this.page.getByRole("heading", { level: 3, name: number, exact: true });
    return this.page.getByRole("article").filter({ has: named });
  }

  /** The numbers that have called, the newest first. */
  async callers(number) {
    const shown = await this.phone(number).locator(".caller").allInnerTexts();
    return shown.map((caller) => caller.replace(/\s/g, ""));
  }

  /** Waits until the phone rings, and tells who calls. Without a script the page is loaded again. */
  async rings(number, { reload = false } = {}) {
    const declines = this.phone(number).getByRole("button", { name: "Decline" });
    await until(`the phone ${number} rings`, async () => {
      if (reload) await this.open();
      return (await declines.count()) > 0;
    });
    return (await this.callers(number))[0];
  }

  decline(number) {
    return this.phone(number).getByRole("button", { name: "Decline" });
  }

  answer(number) {
    return this.phone(number).getByRole("button", { name: "Answer" });
  }

  /** Waits for an SMS with a code, and tells the six digits. */
  sms(number) {
    return until(`an SMS to ${number}`, async () => {
      const text = await this.phone(number).locator(".bubble").first().innerText();
      return text.match(/\d{6}/)?.[0];
    });
  }

  /** Somebody's chat with the bot. */
  chat(name) {
    const named = this.page.getByRole("heading", { level: 3, name: new RegExp(`^${name} @`) });
    return this.page.getByRole("article").filter({ has: named });
  }

  /** What was said last in a chat. */
  last(name) {
    return this.chat(name).getByRole("listitem").last();
  }

  /** A button below the last message. */
  button(name, label) {
    return this.last(name).getByRole("button", { name: label, exact: true });
  }

  /**
   * Waits until the bot asks in a chat: with this number among those to pick, in another message than this, where they are
   * given. Tells which message it is.
   */
  asks(name, { reload = false, number = "It wasn't me", after } = {}) {
    return until(`the bot asks ${name}`, async () => {
      if (reload) await this.open();
      if ((await this.button(name, number).count()) === 0) return undefined;
      const message = await this.last(name).locator('input[name="message"]').inputValue();
      return message === after ? undefined : message;
    });
  }

  /** Presses a button and waits for the page that follows. */
  async press(name, label) {
    await this.portal.follow(this.button(name, label));
  }

  async say(name, text) {
    await this.chat(name).getByRole("textbox").fill(text);
    await this.portal.follow(this.chat(name).getByRole("button", { name: "Send" }));
  }
}
