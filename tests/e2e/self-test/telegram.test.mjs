// Telegram as the journeys have it, with a bot of three lines: who looks there sees what people see, and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Telegram, labels } from "../lib/telegram.mjs";

let telegram;

before(async () => {
  telegram = await Telegram.start();
});

after(async () => {
  await telegram?.stop();
});

/** What a bot asks of its server. */
async function bot(method, fields = {}) {
  const headers = { "content-type": "application/json" };
  const url = `${telegram.url}/bot${telegram.token}/${method}`;
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(fields) })).json();
}

/** The next updates; those before them are handled. */
async function updates(state = { offset: 0 }) {
  const { result } = await bot("getUpdates", { offset: state.offset, timeout: 10 });
  if (result.length > 0) await bot("getUpdates", { offset: result.at(-1).update_id + 1 });
  return result;
}

test("somebody follows a link, presses a button, and sees the message change", async () => {
  const ada = telegram.person("Ada", { language: "de" });
  await assert.rejects(ada.follows("https://t.me/another_bot?start=abc"), /leads to the bot/);
  await ada.follows(`https://t.me/${telegram.bot.username}?start=abc-DEF_1`);
  const [{ message }] = await updates();
  assert.deepEqual([message.text, message.from.id, message.from.language_code], ["/start abc-DEF_1", ada.id, "de"]);
  const inline_keyboard = [[{ text: "17", callback_data: "a" }, { text: "42", callback_data: "b" }]];
  await bot("sendMessage", { chat_id: ada.id, text: "Which number?", reply_markup: { inline_keyboard } });
  const question = await ada.reads(/number/);
  assert.deepEqual(labels(question), ["17", "42"]);
  assert.equal(await ada.unread(), 0);
  await assert.rejects(ada.presses(question, "93"), /no such button/);
  const press = await ada.presses(question, "42");
  const [{ callback_query }] = await updates();
  assert.deepEqual([callback_query.id, callback_query.data, callback_query.from.id], [press, "b", ada.id]);
  await bot("answerCallbackQuery", { callback_query_id: press, text: "Right" });
  assert.equal((await ada.answerTo(press)).text, "Right");
  await bot("editMessageText", { chat_id: ada.id, message_id: question.message_id, text: "Done." });
  const done = await ada.seesEdited(question, /Done/);
  assert.deepEqual([labels(done), done.edits.length], [[], 1]);
  await assert.rejects(ada.presses(question, "42"), /no such button/);
});

test("whoever blocks the bot gets nothing, and nobody reads another one's chat", async () => {
  const [ada, ben] = [telegram.person("Ada"), telegram.person("Ben")];
  for (const person of [ada, ben]) await person.start();
  await ada.blocks();
  assert.equal((await bot("sendMessage", { chat_id: ada.id, text: "Hello" })).error_code, 403);
  await bot("sendMessage", { chat_id: ben.id, text: "Hello Ben" });
  assert.equal(await ada.unread(), 0);
  assert.equal((await ben.reads()).text, "Hello Ben");
  await assert.rejects(ada.says("hello"), /blocked/);
  await ada.start();
  assert.equal((await bot("sendMessage", { chat_id: ada.id, text: "Hello" })).ok, true);
  await updates();
  await telegram.handled();
});

test("a bot is refused as often as it is told, and no longer", async () => {
  const ada = telegram.person();
  await ada.start();
  await telegram.wantsSilence(3);
  const first = await bot("sendMessage", { chat_id: ada.id, text: "one" });
  assert.deepEqual([first.error_code, first.parameters.retry_after], [429, 3]);
  assert.equal((await bot("sendMessage", { chat_id: ada.id, text: "two" })).ok, true);
  await telegram.fails({ manner: "closed" });
  await assert.rejects(bot("getMe"));
  await telegram.mends();
  assert.equal((await bot("getMe")).ok, true);
});
