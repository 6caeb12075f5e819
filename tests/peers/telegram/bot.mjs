// The Bot API (https://core.telegram.org/bots/api), as strict as the real one where the library is not: it refuses with the
// real codes and words, honours `offset`, `timeout` and `allowed_updates`, and forgets a keyboard that an edit leaves out.

import { content, seconds } from "./state.mjs";

const LONGEST_TEXT = 4096;
const LONGEST_DATA = 64;
const FAR = 10;

class Refusal extends Error {
  constructor(code, description, parameters) {
    super(description);
    this.answer = { ok: false, error_code: code, description, ...(parameters && { parameters }) };
  }
}

const bad = (what) => new Refusal(400, `Bad Request: ${what}`);

export function botRoutes(app, state) {
  const methods = { getMe, getUpdates, sendMessage, editMessageText, answerCallbackQuery, setMyCommands };
  const webhooks = { setWebhook, deleteWebhook, getWebhookInfo };
  for (const [name, method] of Object.entries({ ...methods, ...webhooks })) {
    app.all(`/bot:token/${name}`, async (request, response) => {
      state.asked[name] = (state.asked[name] ?? 0) + 1;
      if (await fails(state, name, request, response)) return;
      try {
        if (request.params.token !== state.token) throw new Refusal(401, "Unauthorized");
        const result = await method(state, { ...request.query, ...request.body }, request);
        if (result !== undefined) response.json({ ok: true, result });
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        response.status(refusal.answer.error_code).json(refusal.answer);
      }
    });
  }
  // What happens in the library's queue concerns a webhook as well.
  for (const event of ["AddedUserMessage", "AddedUserCommand", "AddedUserCallbackQuery"]) {
    state.server.on(event, () => state.push());
  }
}

/** Whether this call was told to fail, and did. */
async function fails(state, name, request, response) {
  const at = state.failures.findIndex(({ method }) => !method || method === name);
  if (at < 0) return false;
  const failure = state.failures[at];
  if (failure.times !== undefined && --failure.times <= 0) state.failures.splice(at, 1);
  if (failure.manner === "closed") request.socket.destroy();
  else if (failure.manner !== "silent") {
    const { error_code, description, parameters } = failure;
    response.status(error_code).json({ ok: false, error_code, description, parameters });
  }
  return true;
}

function getMe({ bot }) {
  return { ...bot, can_join_groups: false, can_read_all_group_messages: false, supports_inline_queries: false };
}

async function getUpdates(state, { offset = 0, limit = 100, timeout = 0, allowed_updates }, request) {
  if (state.webhook) {
    const why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    throw new Refusal(409, `Conflict: ${why}`);
  }
  if (allowed_updates !== undefined) state.allowed = listed(allowed_updates);
  // An offset far beyond what there is was meant for other numbers, and is ignored.
  if (Number(offset) > 0 && Number(offset) <= state.server.updateId + FAR) state.confirm(Number(offset));
  // Only one may wait at a time: a newer one ends it.
  state.poll?.end("terminated by other getUpdates request; make sure that only one bot instance is running");
  const next = () => state.pending().slice(0, Math.min(Number(limit), 100)).map(({ told }) => told);
  const found = next();
  if (found.length > 0 || Number(timeout) <= 0) return found;
  const waited = await waiting(state, Number(timeout), request);
  if (waited) throw new Refusal(409, `Conflict: ${waited}`);
  return request.socket.destroyed ? undefined : next();
}

/** Until an update comes, the time is over, or somebody hangs up; tells why another has ended it. */
function waiting(state, timeout, request) {
  return new Promise((over) => {
    const events = ["AddedUserMessage", "AddedUserCommand", "AddedUserCallbackQuery"];
    const end = (why) => {
      clearTimeout(clock);
      for (const event of events) state.server.off(event, came);
      request.socket.off("close", gone);
      if (state.poll === poll) state.poll = null;
      over(why);
    };
    const came = () => state.pending().length > 0 && end();
    const gone = () => end();
    const clock = setTimeout(() => end(), timeout * 1000);
    const poll = { end };
    state.poll = poll;
    for (const event of events) state.server.on(event, came);
    request.socket.on("close", gone);
  });
}

function sendMessage(state, body) {
  const chat = open(state, body.chat_id);
  const message = checked(body);
  const { message_id } = state.server.addBotMessage({ ...message, chat_id: chat.id }, state.token);
  return { message_id, from: state.bot, chat, date: seconds(), text: message.text, entities: message.entities };
}

function editMessageText(state, body) {
  const chat = open(state, body.chat_id);
  const message = checked(body);
  const sent = state.sent(chat.id, body.message_id);
  if (!sent) throw bad("message to edit not found");
  const key = `${chat.id}:${body.message_id}`;
  if (state.aged.has(key)) throw bad("message can't be edited");
  const before = content(sent.message);
  if (JSON.stringify(before) === JSON.stringify(content(message))) {
    const what = "specified new message content and reply markup are exactly the same as a current content and reply markup";
    throw bad(`message is not modified: ${what} of the message`);
  }
  state.earlier.set(key, [...(state.earlier.get(key) ?? []), before]);
  delete sent.message.reply_markup;
  delete sent.message.entities;
  state.server.editMessageText({ ...message, chat_id: chat.id, message_id: body.message_id });
  return { message_id: Number(body.message_id), from: state.bot, chat, date: seconds(), text: message.text };
}

function answerCallbackQuery(state, { callback_query_id, text = "", show_alert = false }) {
  const callback = state.callbacks.get(String(callback_query_id));
  if (!callback) throw bad("query is too old and response timeout expired or query ID is invalid");
  if ([...text].length > 200) throw bad("MESSAGE_TOO_LONG");
  callback.answer = { text, alert: show_alert };
  return true;
}

function setMyCommands(state, { commands, scope = { type: "default" }, language_code = "" }) {
  for (const { command, description } of listed(commands)) {
    if (!/^[a-z0-9_]{1,32}$/.test(command)) throw bad("BOT_COMMAND_INVALID");
    if (!description || description.length > 256) throw bad("BOT_COMMAND_DESCRIPTION_INVALID");
  }
  state.commands = state.commands.filter((one) => one.language_code !== language_code || one.scope.type !== scope.type);
  state.commands.push({ commands, scope, language_code });
  return true;
}

function setWebhook(state, { url = "", secret_token = "", allowed_updates, drop_pending_updates = false }) {
  if (drop_pending_updates) state.confirm(Infinity);
  if (!url) return deleteWebhook(state, {});
  // In the clear to this machine only, as a Bot API server of one's own allows it.
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !(protocol === "http:" && hostname === "127.0.0.1")) {
    throw bad("bad webhook: An HTTPS URL must be provided for webhook");
  }
  if (!/^[A-Za-z0-9_-]{0,256}$/.test(secret_token)) throw bad("secret token contains unallowed characters");
  if (allowed_updates !== undefined) state.allowed = listed(allowed_updates);
  state.poll?.end("terminated by setWebhook request");
  state.webhook = { url, secret: secret_token };
  state.push();
  return true;
}

function deleteWebhook(state, { drop_pending_updates = false }) {
  if (drop_pending_updates) state.confirm(Infinity);
  state.webhook = null;
  return true;
}

function getWebhookInfo(state) {
  const { url = "", error } = state.webhook ?? {};
  const told = { url, has_custom_certificate: false, pending_update_count: state.pending().length };
  return error ? { ...told, last_error_date: error.date, last_error_message: error.message } : told;
}

/** A chat that the bot may write to: somebody opened it and has not blocked the bot. */
function open(state, id) {
  const chat = state.chats.get(Number(id));
  if (!chat) throw bad("chat not found");
  if (state.blocked.has(chat.id)) throw new Refusal(403, "Forbidden: bot was blocked by the user");
  return chat;
}

function checked({ text, entities, reply_markup, parse_mode }) {
  if (parse_mode) throw bad("this peer reads entities and no parse_mode");
  if (typeof text !== "string" || !text.trim()) throw bad("message text is empty");
  if (text.length > LONGEST_TEXT) throw bad("message is too long");
  const message = { text };
  if (entities !== undefined) {
    message.entities = listed(entities);
    for (const { offset, length, type } of message.entities) {
      if (!type || !(offset >= 0) || !(length > 0) || offset + length > text.length) throw bad("ENTITY_BOUNDS_INVALID");
    }
  }
  if (reply_markup !== undefined) {
    const markup = typeof reply_markup === "string" ? JSON.parse(reply_markup) : reply_markup;
    if (!Array.isArray(markup.inline_keyboard)) throw bad("object expected as reply markup");
    for (const button of markup.inline_keyboard.flat()) {
      if (!button.text) throw bad("inline keyboard button text must be non-empty");
      const size = Buffer.byteLength(button.callback_data ?? "");
      if (size < 1 || size > LONGEST_DATA) throw bad("BUTTON_DATA_INVALID");
    }
    message.reply_markup = markup;
  }
  return message;
}

function listed(value) {
  const list = typeof value === "string" ? JSON.parse(value) : value;
  if (!Array.isArray(list)) throw bad("expected an array");
  return list;
}
