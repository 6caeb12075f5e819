// What the peer knows beside the library: who there is, what was answered, and which updates still wait for the bot.

/** What the real Bot API sends where a bot has never said what it wants. */
const ANY = null;

export class State {
  constructor(TelegramServer, token) {
    this.TelegramServer = TelegramServer;
    this.server = new TelegramServer({ host: "127.0.0.1", storeTimeout: 24 * 60 * 60 });
    this.token = token;
    const [id] = token.split(":");
    this.bot = { id: Number(id), is_bot: true, first_name: "Countersign under test", username: "countersign_test_bot" };
    // Chats that somebody opened, by id, as the Bot API describes them; and those who blocked the bot.
    this.chats = new Map();
    this.blocked = new Set();
    // What stood in a message before it was edited, by `chat:message`; and messages that are too old for it.
    this.earlier = new Map();
    this.aged = new Set();
    // What callbacks were answered with: null until then.
    this.callbacks = new Map();
    this.commands = [];
    this.allowed = ANY;
    this.webhook = null;
    // Calls that fail as they are told to, in order.
    this.failures = [];
    // How often each method was called.
    this.asked = {};
    this.poll = null;
  }

  /** Somebody as the library's own client speaks for them, in their private chat or another. */
  client(from, chat) {
    return this.server.getClient(this.token, {
      userId: from.id,
      chatId: chat.id,
      firstName: from.first_name,
      userName: from.username,
      type: chat.type,
      chatTitle: chat.title,
    });
  }

  /** Puts an update into the bot's queue that the library has no words for. */
  add(raw) {
    const { server } = this;
    const updateId = server.updateId++;
    const rest = { time: Date.now(), botToken: this.token, messageId: 0, isRead: false };
    server.storage.userMessages.push({ ...rest, updateId, raw });
    server.emit("AddedUserMessage");
    return updateId;
  }

  /** The updates that the bot has not confirmed yet, as it reads them; what it does not want is gone. */
  pending() {
    const wanted = [];
    for (const update of this.server.storage.userMessages) {
      if (update.isRead) continue;
      const told = this.format(update);
      const kind = Object.keys(told).find((key) => key !== "update_id");
      if (this.allowed === ANY || update.raw?.anyway || this.allowed.includes(kind)) wanted.push({ update, told });
      else update.isRead = true;
    }
    return wanted;
  }

  /** The bot has had everything before this one. */
  confirm(offset) {
    for (const update of this.server.storage.userMessages) if (update.updateId < offset) update.isRead = true;
  }

  format(update) {
    if (update.raw) {
      const { anyway, ...raw } = update.raw;
      return { update_id: update.updateId, ...raw };
    }
    const told = this.TelegramServer.formatUpdate(update);
    if (told.callback_query) told.callback_query.chat_instance = "4000000000000000001";
    else delete told.message.botToken;
    return told;
  }

  /** A message that the bot sent, as the library keeps it. */
  sent(chat, message) {
    const { botMessages } = this.server.storage;
    return botMessages.find(
      (one) => String(one.messageId) === String(message) && String(one.message.chat_id) === String(chat),
    );
  }

  /** Everything in one chat, the oldest first. */
  history(chat) {
    const of = String(chat);
    const messages = [];
    for (const one of this.server.getUpdatesHistory(this.token)) {
      const { message } = one;
      if (!message) continue;
      if (String(message.chat_id ?? message.chat?.id) !== of) continue;
      const from = message.chat_id === undefined ? "person" : "bot";
      const said = { message_id: one.messageId, from, ...content(message) };
      messages.push({ ...said, edits: this.earlier.get(`${of}:${one.messageId}`) ?? [] });
    }
    return messages.sort((one, other) => one.message_id - other.message_id);
  }

  newCallback(id, chat) {
    this.callbacks.set(String(id), { id: String(id), chat, answer: null });
  }

  /** Sends what waits to the webhook, in order, each until it is taken, for as long as it is set. */
  async push() {
    const { webhook } = this;
    if (!webhook || webhook.pushing) return;
    webhook.pushing = true;
    while (this.webhook === webhook) {
      const [next] = this.pending();
      if (!next) break;
      const headers = { "content-type": "application/json" };
      if (webhook.secret) headers["x-telegram-bot-api-secret-token"] = webhook.secret;
      try {
        const answer = await fetch(webhook.url, { method: "POST", headers, body: JSON.stringify(next.told), redirect: "manual" });
        await answer.arrayBuffer();
        if (answer.ok) {
          next.update.isRead = true;
          continue;
        }
        webhook.error = { date: seconds(), message: `Wrong response from the webhook: ${answer.status} ${answer.statusText}` };
      } catch {
        webhook.error = { date: seconds(), message: "Connection refused" };
      }
      await new Promise((again) => setTimeout(again, 200));
    }
    webhook.pushing = false;
  }
}

export const seconds = () => Math.floor(Date.now() / 1000);

/** What stands in a message. */
export function content({ text, entities = [], reply_markup }) {
  const rows = reply_markup?.inline_keyboard ?? [];
  const buttons = rows.map((row) => row.map((one) => ({ label: one.text, data: one.callback_data })));
  return { text, entities, buttons };
}
