// The door through which a test is a person: POST with JSON, JSON back. A person is a `from` as the Bot API has it; without
// a `chat` they are in their private chat with the bot, whose id is theirs.
//
//   /people/says      { from, chat?, text }                      writes; what begins with "/" is a command
//   /people/presses   { from, chat?, message_id, label | data }  presses a button; `forged` presses one that is not there
//   /people/blocks    { from, blocked }                          blocks the bot, or lets it write again
//   /people/sends     { update }                                 an update of any shape, whatever the bot allows
//   /people/ages      { chat, message_id }                       the message is too old to be edited from now on
//   /people/waits     { next }                                   a silent week passed: updates are numbered anew from here
//   /people/chat      { chat }                                   everything in the chat, with what stood there before edits
//   /people/fails     { method?, times?, error_code, description, parameters? } or { …, manner: "closed" | "silent" }
//   /people/mends     {}                                         nothing fails any more
//   /people/state     {}                                         commands, webhook, what is pending, how often was asked

import { content, seconds } from "./state.mjs";

export function peopleRoutes(app, state) {
  const doors = { says, presses, blocks, sends, ages, waits, chat, fails, mends, state: told };
  for (const [name, door] of Object.entries(doors)) {
    app.post(`/people/${name}`, (request, response) => {
      const answer = door(state, request.body ?? {});
      response.status(answer.error ? 400 : 200).json(answer);
    });
  }
}

function says(state, { from, chat = privately(from), text }) {
  const { server } = state;
  // Telegram shows whoever blocked a bot a button that starts it again, and nothing else.
  if (state.blocked.has(chat.id)) {
    if (!text.startsWith("/start")) return { error: "you have blocked the bot" };
    blocks(state, { from, blocked: false });
  }
  state.chats.set(chat.id, chat);
  const client = state.client(from, chat);
  const more = { from: person(from), chat };
  const [update_id, message_id] = [server.updateId, server.messageId];
  if (text.startsWith("/")) server.addUserCommand(client.makeCommand(text, more));
  else server.addUserMessage(client.makeMessage(text, more));
  return { update_id, message_id };
}

function presses(state, { from, chat = privately(from), message_id, label, data, forged = false }) {
  const { server } = state;
  const sent = state.sent(chat.id, message_id);
  const buttons = sent ? content(sent.message).buttons.flat() : [];
  const button = buttons.find((one) => (label === undefined ? one.data === data : one.label === label));
  if (!button && !forged) return { error: `there is no such button in the message: ${JSON.stringify(buttons)}` };
  const message = { message_id, from: state.bot, date: seconds(), text: sent?.message.text ?? "", chat };
  // The library makes one object of who pressed and who wrote the message.
  const pressed = { ...state.client(from, chat).makeCallbackQuery(button?.data ?? data), from: person(from), message };
  const [update_id, callback_id] = [server.updateId, server.callbackId];
  state.newCallback(callback_id, chat.id);
  server.addUserCallback(pressed);
  return { update_id, callback_id: String(callback_id) };
}

function blocks(state, { from, blocked }) {
  const chat = privately(from);
  if (blocked) state.blocked.add(chat.id);
  else state.blocked.delete(chat.id);
  const member = (status) => ({ user: state.bot, status });
  const [before, after] = blocked ? ["member", "kicked"] : ["kicked", "member"];
  const changed = { chat, from: person(from), date: seconds() };
  const update_id = state.add({
    my_chat_member: { ...changed, old_chat_member: member(before), new_chat_member: member(after) },
  });
  return { update_id };
}

function sends(state, { update }) {
  return { update_id: state.add({ ...update, anyway: true }) };
}

function ages(state, { chat, message_id }) {
  state.aged.add(`${chat}:${message_id}`);
  return {};
}

function waits(state, { next }) {
  state.confirm(Infinity);
  state.server.updateId = next;
  return {};
}

function chat(state, { chat: id }) {
  const answers = [...state.callbacks.values()].filter((one) => one.chat === id && one.answer);
  const answered = answers.map((one) => ({ callback_id: one.id, ...one.answer }));
  return { blocked: state.blocked.has(id), messages: state.history(id), answers: answered };
}

function fails(state, failure) {
  state.failures.push(failure);
  return {};
}

function mends(state) {
  state.failures = [];
  return {};
}

function told(state) {
  const { url = "", secret = "" } = state.webhook ?? {};
  const { commands, asked, allowed } = state;
  const pending = state.server.storage.userMessages.filter((one) => !one.isRead).length;
  return { commands, asked, allowed, pending, webhook: { url, secret }, blocked: [...state.blocked] };
}

function person(from) {
  return { is_bot: false, ...from };
}

function privately({ id, first_name, username }) {
  return { id, type: "private", first_name, username };
}
