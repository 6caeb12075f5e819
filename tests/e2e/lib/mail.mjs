// The person's mailbox: a mail server that is not ours (tests/peers/smtp.py) takes the letters, with STARTTLS, a login
// and an authority of its own, and what a letter says is read by postal-mime. Codes and links come from here only.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import PostalMime from "postal-mime";
import { atExit } from "./cleanup.mjs";
import { SMTP_SCRIPT } from "./paths.mjs";
import { until } from "./wait.mjs";

const USER = "countersign";
const PASSWORD = "only-for-the-peer";

/** What the subjects of letters begin with, in English. */
export const SUBJECT = {
  code: /^Your (sign-in )?code\b/,
  reset: /^Choose a new password\b/,
  signUp: /^Finish your sign-up\b/,
  taken: /^You already have an account\b/,
  confirmAddress: /^Confirm your e-mail address\b/,
  confirmNewAddress: /^Confirm your new e-mail address\b/,
  addressAsked: /^A new e-mail address was asked for\b/,
  addressChanged: /^Your e-mail address was changed\b/,
  addressIsNow: /^This is your new e-mail address\b/,
  addressUndone: /^The change of address was undone\b/,
  methodAdded: /^A sign-in method was added\b/,
  methodRemoved: /^A sign-in method was removed\b/,
  renamed: /^An authenticator was renamed\b/,
  keyMade: /^A new recovery key was made\b/,
  keyUsed: /^Your recovery key was used\b/,
  passwordChanged: /^Your password was changed\b/,
  passwordReset: /^Your password was reset\b/,
  newBrowser: /^Sign-in from a new browser\b/,
  wrongSecondStep: /^Right password, wrong second step\b/,
  secured: /^Your account is secured\b/,
  invited: /^You are invited\b/,
  courierTest: /test/i,
  requestReceived: /^Your request to support\b/,
  deskAnswer: /support/i,
  suspensionStarted: /^Your second step is suspended\b/,
  suspensionEnded: /^Your second step is asked for again\b/,
  suspensionStopped: /^An owner stopped a suspension\b/,
  underSuspension: /^Sign-in while your second step is suspended\b/,
  enrolmentReminder: /^A second step will be needed to sign in\b/,
  providerLinked: /^A way to sign in was added\b/,
  providerUnlinked: /^A way to sign in was removed\b/,
};

export class MailPeer {
  #child;
  #parsed = new Map();
  #read = new Set();

  /** @param {{args?: string[]}} [options] what else `scripts/smtp-peer` is told */
  static async start({ args = [] } = {}) {
    const peer = new MailPeer();
    peer.folder = await mkdtemp(path.join(os.tmpdir(), "countersign-mail-"));
    peer.args = args;
    await peer.#launch();
    return peer;
  }

  /** What a server is told that sends its letters here. */
  get env() {
    return {
      COUNTERSIGN_MAIL_SERVERS: `smtp://127.0.0.1:${this.port}`,
      COUNTERSIGN_MAIL_FROM: "Countersign <no-reply@example.test>",
      COUNTERSIGN_MAIL_USER: USER,
      COUNTERSIGN_MAIL_PASSWORD: PASSWORD,
      COUNTERSIGN_MAIL_CA_FILE: path.join(this.folder, "ca.pem"),
    };
  }

  /** The mail server is gone; letters that it took stay. */
  async down() {
    await this.#end();
  }

  /** It is back, on the port it had. */
  async up() {
    await this.#launch("--port", String(this.port));
  }

  async stop() {
    await this.#end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** All letters to somebody, oldest first, read or not. */
  async lettersTo(address) {
    const numbers = readdirSync(this.folder)
      .map((name) => name.match(/^(\d+)\.eml$/)?.[1])
      .filter(Boolean)
      .map(Number)
      .sort((one, other) => one - other);
    const letters = [];
    for (const number of numbers) letters.push(await this.#letter(number));
    return letters.filter(({ to }) => to.includes(address.toLowerCase()));
  }

  /**
   * The oldest letter to this address that nobody has read yet; from now on it is read. Waits for it.
   * @param {string} address
   * @param {RegExp} [subject] one of `SUBJECT`; letters with other subjects stay unread
   * @param {{says?: string, within?: number}} [wanted] `says` stands in its text; milliseconds
   */
  async letterTo(address, subject = /./, { says = "", within = 15_000 } = {}) {
    const fits = (letter) => subject.test(letter.subject) && letter.words.includes(says);
    const letter = await until(
      `a letter to ${address} with the subject ${subject} that says "${says}"`,
      async () => (await this.unread(address)).find(fits),
      { within, every: 25 },
    );
    this.#read.add(letter.number);
    return letter;
  }

  async unread(address) {
    return (await this.lettersTo(address)).filter(({ number }) => !this.#read.has(number));
  }

  /** Whatever came up to now has been read. */
  async readAll(address) {
    for (const { number } of await this.unread(address)) this.#read.add(number);
  }

  /** The six digits of the next unread letter with a code; `says` is the reference that the waiting page shows. */
  async codeFor(address, wanted) {
    return codeIn(await this.letterTo(address, SUBJECT.code, wanted));
  }

  /** The path of the link in the next unread letter with this subject. */
  async linkFor(address, subject) {
    return linkIn(await this.letterTo(address, subject));
  }

  async #letter(number) {
    const kept = this.#parsed.get(number);
    if (kept) return kept;
    const about = JSON.parse(readFileSync(path.join(this.folder, `${number}.json`), "utf8"));
    const raw = readFileSync(path.join(this.folder, `${number}.eml`));
    const { subject = "", text = "", html = "", headers } = await PostalMime.parse(raw);
    const to = about.to.map((each) => each.toLowerCase());
    // Lines are wrapped for reading; for looking something up they are one.
    const words = text.replace(/\s+/g, " ");
    const letter = { number, to, subject, text, words, html, headers, tls: about.tls, login: about.login };
    this.#parsed.set(number, letter);
    return letter;
  }

  async #launch(...more) {
    const login = ["--login", `${USER}:${PASSWORD}`];
    const args = ["--folder", this.folder, "--until-input-ends", ...login, ...this.args, ...more];
    const child = spawn(SMTP_SCRIPT, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    const forget = atExit(() => child.kill("SIGKILL"));
    child.on("exit", forget);
    child.on("error", () => {}); // told below: no port comes
    let complaints = "";
    child.stderr.on("data", (part) => (complaints += part));
    for await (const line of createInterface({ input: child.stdout })) {
      this.port = Number(line);
      return;
    }
    throw new Error(`the mail server did not start:\n${complaints}`);
  }

  async #end() {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}

/** The code stands alone on a line of the text, as it is typed; the HTML part has the same. */
export function codeIn({ text, html, subject }) {
  const code = text.match(/^\s*(\d{6})\s*$/m)?.[1];
  assert.ok(code, `no code in the letter "${subject}":\n${text}`);
  assert.ok(html.includes(code), "both parts say the same");
  assert.doesNotMatch(text, /\/link\//, "a letter with a code has no link that would sign anybody in");
  return code;
}

/** The paths of all links in a letter, in their order: what the letter is about, then "This was not me". */
export function linksIn({ text, html }) {
  const links = [...text.matchAll(/https?:\/\/\S+?(\/link\/[\w-]+)/g)].map(([, link]) => link);
  for (const link of links) assert.ok(html.includes(link), "both parts say the same");
  return links;
}

export function linkIn(letter) {
  const [link] = linksIn(letter);
  assert.ok(link, `no link in the letter "${letter.subject}":\n${letter.text}`);
  return link;
}

/** Where "This was not me" leads. */
export function notMeIn(letter) {
  const link = letter.text.match(/This was not me:\s+https?:\/\/\S+?(\/link\/[\w-]+)/)?.[1];
  assert.ok(link, `no "This was not me" in the letter "${letter.subject}":\n${letter.text}`);
  return link;
}
