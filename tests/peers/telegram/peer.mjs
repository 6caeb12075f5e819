// Telegram on loopback, for tests: the npm `telegram-test-api` keeps the chats, and stricter routes of ours stand ahead of
// its own (bot.mjs), so that a bot meets the refusals, the long polling and the webhooks of the real Bot API. A door
// for people (people.mjs) lets a test write to the bot, press its buttons, block it and read what stands in a chat.
//
//   node peer.mjs [--port PORT] [--token TOKEN] [--certificate FILE --key FILE]
//
// prints one line of JSON, { "url": …, "token": …, "bot": { "id": …, "username": … } }, and ends with its standard input.

import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { botRoutes } from "./bot.mjs";
import { peopleRoutes } from "./people.mjs";
import { State } from "./state.mjs";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    token: { type: "string", default: "700100200:of-the-bot-under-test_0123456789abcdef" },
    certificate: { type: "string" },
    key: { type: "string" },
  },
});

const installed = createRequire(new URL("../../e2e/node_modules/telegram-test-api/lib/index.js", import.meta.url));
const TelegramServer = installed("./index.js");
// The express that the library brings along.
const express = installed("express");

const state = new State(TelegramServer, options.token);
const app = express();
app.use(express.json({ limit: "1mb" }));
app.use(express.urlencoded({ extended: true }));
botRoutes(app, state);
peopleRoutes(app, state);
app.use(state.server.webServer);

const listener = options.certificate
  ? createSecureServer({ cert: readFileSync(options.certificate), key: readFileSync(options.key) }, app)
  : createServer(app);
await new Promise((ready) => listener.listen(Number(options.port), "127.0.0.1", ready));
const url = `${options.certificate ? "https" : "http"}://127.0.0.1:${listener.address().port}`;
process.stdout.write(`${JSON.stringify({ url, token: options.token, bot: state.bot })}\n`);
// Whoever started this holds its input; when that is gone, so is the test.
process.stdin.on("end", () => process.exit(0)).resume();
