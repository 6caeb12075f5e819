// Telegram, and people who use it: a Bot API on loopback that is not ours (tests/peers/telegram). The server under test is
// its bot; a person writes, presses buttons and reads here, as on a phone. Codes and links come from here only.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { atExit } from "./cleanup.mjs";
import { TELEGRAM_SCRIPT } from "./paths.mjs";
import { until } from "./wait.mjs";

export class Telegram {
  #child;
  #people = 0;

  /** @param {{args?: string[]}} [options] what else `peer.mjs` is told */
  static async start({ args = [] } = {}) {
    const telegram = new Telegram();
    const child = spawn(process.execPath, [TELEGRAM_SCRIPT, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    telegram.#child = child;
    const forget = atExit(() => child.kill("SIGKILL"));
    child.on("exit", forget);
    let complaints = "";
    child.stderr.on("data", (part) => (complaints += part));
    for await (const line of createInterface({ input: child.stdout })) {
      // Where it is, the bot's token, and who the bot is: { id, username }.
      Object.assign(telegram, JSON.parse(line));
      return telegram;
    }
    throw new Error(`Telegram did not start:\n${complaints}`);
  }

  async stop() {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** Somebody with a Telegram account of their own, who has not met the bot yet. */
  person(name = "Ada", { language = "en" } = {}) {
    this.#people += 1;
    const id = 500_000_000 + this.#people;
    const username = `${name.toLowerCase()}_${id}`;
    return new Person(this, { id, first_name: name, username, language_code: language });
  }

  /**
   * Calls fail from now on: with a code of the Bot API, or in the manner "closed" (hangs up) or "silent".
   * @param {{method?: string, times?: number, error_code?: number, description?: string, parameters?: object,
   *   manner?: "closed" | "silent"}} failure all calls, for ever, unless a method and how often are named
   */
  async fails(failure) {
    await this.door("fails", failure);
  }

  /** The bot is told to be silent for some seconds, once. */
  async wantsSilence(seconds, method = "sendMessage") {
    const description = `Too Many Requests: retry after ${seconds}`;
    await this.fails({ method, times: 1, error_code: 429, description, parameters: { retry_after: seconds } });
  }

  /** All is well again. */
  async mends() {
    await this.door("mends", {});
  }

  /** What the bot has said about itself, which updates wait for it, and how often it asked for what. */
  async state() {
    return this.door("state", {});
  }

  /** Waits until the bot has taken every update. */
  async handled() {
    await until("the bot has taken every update", async () => (await this.state()).pending === 0, { every: 20 });
  }

  /** An update that no app sends: `update` is the Bot API's, without its number. */
  async sends(update) {
    return this.door("sends", { update });
  }

  async door(name, what) {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(what);
    const answer = await fetch(`${this.url}/people/${name}`, { method: "POST", headers, body });
    const told = await answer.json();
    assert.ok(answer.ok, `Telegram does not let them: ${told.error}`);
    return told;
  }
}

class Person {
  #seen = 0;

  constructor(telegram, from) {
    this.telegram = telegram;
    this.from = from;
    this.id = from.id;
  }

  /** Follows a link to the bot, such as https://t.me/NAME?start=PAYLOAD, and presses *Start*. */
  async follows(link) {
    const url = new URL(link);
    assert.equal(url.hostname, "t.me", link);
    assert.equal(url.pathname, `/${this.telegram.bot.username}`, "the link leads to the bot");
    return this.start(url.searchParams.get("start") ?? "");
  }

  /** Starts the bot, with what stood in a link. */
  async start(payload = "") {
    return this.says(`/start ${payload}`.trim());
  }

  /** Writes, in the private chat unless another is named. */
  async says(text, chat) {
    return this.telegram.door("says", { from: this.from, text, chat });
  }

  /** Presses the button with this label below a message, and returns what names the press. */
  async presses(message, label) {
    const pressed = { from: this.from, message_id: message.message_id, label };
    return (await this.telegram.door("presses", pressed)).callback_id;
  }

  /** Sends what a button would, though there is none of this kind: an app that was tampered with. */
  async forges(data, message = { message_id: 1 }) {
    const pressed = { from: this.from, message_id: message.message_id, data, forged: true };
    return (await this.telegram.door("presses", pressed)).callback_id;
  }

  async blocks() {
    await this.telegram.door("blocks", { from: this.from, blocked: true });
  }

  async unblocks() {
    await this.telegram.door("blocks", { from: this.from, blocked: false });
  }

  /** Everything in the chat, the oldest first, with what stood in each message before it was edited. */
  async messages() {
    return (await this.telegram.door("chat", { chat: this.id })).messages;
  }

  /** A message as it stands there now. */
  async reread({ message_id }) {
    return (await this.messages()).find((one) => one.message_id === message_id);
  }

  /**
   * The next message of the bot that nobody has read yet and that says this; those before it are read then. Waits for it.
   * @param {RegExp} [says]
   */
  async reads(says = /./, { within = 15_000 } = {}) {
    const isNew = (one) => one.from === "bot" && one.message_id > this.#seen && says.test(one.text);
    const look = async () => (await this.messages()).find(isNew);
    const message = await until(`a message to ${this.from.first_name} that says ${says}`, look, { within, every: 25 });
    this.#seen = message.message_id;
    return message;
  }

  /** How many messages of the bot nobody has read yet. */
  async unread() {
    return (await this.messages()).filter((one) => one.from === "bot" && one.message_id > this.#seen).length;
  }

  /** Waits until a message says this, after it was edited. */
  async seesEdited(message, says, { within = 15_000 } = {}) {
    const look = async () => {
      const now = await this.reread(message);
      return now && now.edits.length > 0 && says.test(now.text) && now;
    };
    return until(`the message to ${this.from.first_name} becomes ${says}`, look, { within, every: 25 });
  }

  /** What a press was answered with: { text, alert }. Waits for it. */
  async answerTo(press, { within = 15_000 } = {}) {
    const look = async () => {
      const { answers } = await this.telegram.door("chat", { chat: this.id });
      return answers.find((one) => one.callback_id === press);
    };
    return until("an answer to the press of a button", look, { within, every: 25 });
  }
}

/** The labels of a message's buttons. */
export function labels({ buttons }) {
  return buttons.flat().map(({ label }) => label);
}
