// The person's phone, as far as messages go: a short message centre that is not ours (the npm `smpp`, as
// tests/peers/smpp/centre.mjs runs it) takes them and says what became of them. Codes come from here only.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { atExit } from "./cleanup.mjs";
import { SMPP_SCRIPT } from "./paths.mjs";
import { until } from "./wait.mjs";

export class SmsCentre {
  /** Who may log in there. */
  systemId = "countersign";
  password = "secret";
  host = "127.0.0.1";
  /** Everything that happened there, oldest first: see tests/peers/smpp/centre.mjs. */
  events = [];
  #child;
  #done = 0;
  #read = new Set();

  static async start() {
    const centre = new SmsCentre();
    await centre.#launch();
    return centre;
  }

  /** It is gone, as after a crash; what it took stays. */
  async down() {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** It is back, on the port it had, and does as it did at first. */
  async up() {
    await this.#launch("--port", String(this.port));
  }

  async stop() {
    await this.down();
  }

  /**
   * Changes what it does from now on, or has it do something: see tests/peers/smpp/centre.mjs. For example
   * `{ receipt: "DELIVRD" }`, `{ submit_status: 0x58 }`, `{ silent: true }`, `{ do: "drop" }`.
   */
  async order(order) {
    const done = this.#done;
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    await until("the centre did as it was told", () => this.#done > done, { every: 5 });
  }

  /** All is as it should be again. */
  async behaves() {
    await this.order({ bind_status: 0, submit_status: 0, statuses: {}, deaf_to_binds: false, silent: false, deaf: false });
    await this.order({ hold: false, cut: false, receipt: null, error: "000" });
  }

  /** Waits until somebody is logged in. */
  async bound({ within = 15_000 } = {}) {
    await until("a session with the centre", () => this.#sessions() > 0, { within, every: 20 });
  }

  /** All messages to a number (E.164 with +), oldest first, read or not: `{ id, text, from, data_coding, lives, … }`. */
  messagesTo(number) {
    return this.events.filter(({ event, to }) => event === "submit" && `+${to}` === number);
  }

  /**
   * The oldest message to this number that nobody has read yet; from now on it is read. Waits for it.
   * @param {string} number
   * @param {{says?: string, within?: number}} [wanted] `says` stands in its text; milliseconds
   */
  async messageTo(number, { says = "", within = 15_000 } = {}) {
    const message = await until(
      `a message to ${number} that says "${says}"`,
      () => this.messagesTo(number).find((each) => !this.#read.has(each) && each.text.includes(says)),
      { within, every: 25 },
    );
    this.#read.add(message);
    return message;
  }

  /** The six digits of the next unread message to this number. */
  async codeFor(number, wanted) {
    const { text, udh } = await this.messageTo(number, wanted);
    const codes = text.match(/(?<!\d)\d{6}(?!\d)/g) ?? [];
    assert.equal(codes.length, 1, `one code in the message:\n${text}`);
    assert.equal(udh, false, "a code comes in one part");
    return codes[0];
  }

  /** Whatever came up to now has been read. */
  readAll(number) {
    for (const message of this.messagesTo(number)) this.#read.add(message);
  }

  /** Says what became of a message: "DELIVRD", "UNDELIV", "EXPIRED", "REJECTD", … */
  async receiptFor({ id }, stat, more = {}) {
    await this.order({ do: "receipt", id, stat, ...more });
  }

  #sessions() {
    const count = (wanted) => this.events.filter(wanted).length;
    const opened = count(({ event, status }) => event === "bind" && status === 0);
    return opened - count(({ event, bound }) => event === "gone" && bound);
  }

  async #launch(...args) {
    const child = spawn(process.execPath, [SMPP_SCRIPT, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    const forget = atExit(() => child.kill("SIGKILL"));
    child.on("exit", forget);
    let complaints = "";
    child.stderr.on("data", (part) => (complaints += part));
    child.stdin.on("error", () => {}); // it is down: told where an answer is missed
    createInterface({ input: child.stdout }).on("line", (line) => this.#hear(JSON.parse(line)));
    // Sessions of the one before ended with it.
    this.events = this.events.filter(({ event }) => event !== "bind" && event !== "gone");
    const listening = this.events.filter(({ event }) => event === "listening").length;
    const began = () => this.events.filter(({ event }) => event === "listening").length > listening;
    await until("the short message centre", () => {
      assert.ok(child.exitCode === null, `it did not start:\n${complaints}`);
      return began();
    }, { every: 10 });
  }

  #hear(event) {
    if (event.event === "done") {
      this.#done += 1;
      return;
    }
    if (event.event === "listening") this.port = event.port;
    this.events.push(event);
  }
}
