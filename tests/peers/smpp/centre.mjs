// A short message centre on loopback, for tests: the npm `smpp` speaks SMPP 3.4, this script says what it answers.
//
//   node centre.mjs [--port N] [--cert FILE --key FILE]     with both files it speaks TLS
//
// It prints one line of JSON per event, the first one {"event":"listening","port":N}:
//
//   bind          system_id, system_type, version, status: somebody logs in, and is answered with this status
//   submit        id, text, from, to, data_coding, esm_class, registered_delivery, lives (seconds) and so on, open (how many
//                 the session has open, with this one) and status (null while there is no answer)
//   receipt       id, status: what somebody answered to a receipt
//   incoming      status: what somebody answered to an ordinary message from a phone
//   enquire_link, unbind, generic_nack, refused_tls
//   gone          bound: a connection ended, with a session on it or without
//   done          the order on the last line of input was carried out
//
// Orders come as lines of JSON. What has no `do` changes the state below; the rest:
//
//   release       answers what was held back        receipt    {id, stat, …state} sends one now
//   incoming      {from, text} from a phone         unbind     sends everybody away
//   drop          cuts every connection             raw        {hex} sends these bytes to everybody
//
// It ends with its input.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const smpp = createRequire(new URL("../../e2e/package.json", import.meta.url))("smpp");

const { values: given } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    cert: { type: "string" },
    key: { type: "string" },
  },
});

const state = {
  system_id: "countersign",
  password: "secret",
  // A status for every bind, whatever the password.
  bind_status: 0,
  // A status for every message, and one for each of these numbers (without "+").
  submit_status: 0,
  statuses: {},
  // Binds, messages, questions whether it is there: taken without a word.
  deaf_to_binds: false,
  silent: false,
  deaf: false,
  // Answers wait for the order to release them.
  hold: false,
  // Cuts the connection when a message comes, instead of answering.
  cut: false,
  // The state in which receipts come, by themselves and at once: "DELIVRD", "UNDELIV", …
  receipt: null,
  error: "000",
  // What a receipt names its message by: "both", "tlv" or "text".
  named_by: "both",
  // How ids are written in answers and in receipts: "plain" (m1), "decimal" or "hexadecimal" (00003E9).
  ids: "plain",
  receipt_ids: "same",
};

const STATES = { ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8 };
const FIRST = 1000;

const sessions = new Set();
const messages = new Map();
let held = [];
let count = 0;

function tell(event, more = {}) {
  process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
}

function written(number, how) {
  if (how === "decimal") return String(FIRST + number);
  if (how === "hexadecimal") return (FIRST + number).toString(16).toUpperCase().padStart(8, "0");
  return `m${number}`;
}

function sendReceipt(session, number, { stat, error, named_by: by, ids, receipt_ids: theirs }) {
  const { from, to } = messages.get(number);
  const id = written(number, theirs === "same" ? ids : theirs);
  const named = by === "tlv" ? "" : `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 `;
  const pdu = {
    source_addr: to,
    destination_addr: from,
    esm_class: 4,
    short_message: `${named}stat:${stat} err:${error} text:`,
  };
  if (by !== "text") Object.assign(pdu, { receipted_message_id: id, message_state: STATES[stat] });
  session.deliver_sm(pdu, ({ command_status: status }) => tell("receipt", { id, status }));
}

function answer(session, pdu, number, status, rules) {
  session.open -= 1;
  const told = status ? { command_status: status } : { message_id: written(number, rules.ids) };
  session.send(pdu.response(told));
  if (!status && rules.receipt) sendReceipt(session, number, { ...rules, stat: rules.receipt });
}

function onBind(session, pdu) {
  const right = pdu.system_id === state.system_id && pdu.password === state.password;
  const status = state.bind_status || (right ? 0 : smpp.ESME_RINVPASWD);
  tell("bind", {
    system_id: pdu.system_id,
    system_type: pdu.system_type,
    version: pdu.interface_version,
    status,
  });
  if (state.deaf_to_binds) return;
  session.bound = status === 0;
  session.send(pdu.response({ command_status: status, system_id: "centre" }));
  if (status) session.close();
}

function onSubmit(session, pdu) {
  count += 1;
  const number = count;
  session.open += 1;
  messages.set(number, { from: pdu.source_addr, to: pdu.destination_addr });
  const rules = { ...state };
  const status = rules.statuses[pdu.destination_addr] ?? rules.submit_status;
  const answered = !(rules.silent || rules.hold || rules.cut);
  const told = ["data_coding", "esm_class", "registered_delivery", "protocol_id", "priority_flag", "service_type"];
  tell("submit", {
    id: written(number, rules.ids),
    text: pdu.short_message.message,
    from: pdu.source_addr,
    from_ton: pdu.source_addr_ton,
    from_npi: pdu.source_addr_npi,
    to: pdu.destination_addr,
    to_ton: pdu.dest_addr_ton,
    to_npi: pdu.dest_addr_npi,
    udh: pdu.short_message.udh !== undefined,
    lives: Math.round((pdu.validity_period - Date.now()) / 1000),
    open: session.open,
    status: answered ? status : null,
    ...Object.fromEntries(told.map((name) => [name, pdu[name]])),
  });
  if (rules.cut) session.destroy();
  else if (rules.hold) held.push(() => answer(session, pdu, number, status, rules));
  else if (!rules.silent) answer(session, pdu, number, status, rules);
}

const ORDERS = {
  release() {
    const waiting = held;
    held = [];
    for (const job of waiting) job();
  },
  receipt({ id, stat, ...more }) {
    const [number] = [...messages.keys()].filter((each) => written(each, state.ids) === id);
    for (const session of sessions) sendReceipt(session, number, { ...state, ...more, stat });
  },
  incoming({ from, text }) {
    const pdu = { source_addr: from, destination_addr: "4930123456", esm_class: 0, short_message: text };
    for (const session of sessions) session.deliver_sm(pdu, ({ command_status: status }) => tell("incoming", { status }));
  },
  unbind() {
    for (const session of sessions) session.unbind();
  },
  drop() {
    for (const session of sessions) session.destroy();
  },
  raw({ hex }) {
    for (const session of sessions) session.socket.write(Buffer.from(hex, "hex"));
  },
};

const tls = given.cert ? { cert: readFileSync(given.cert), key: readFileSync(given.key) } : {};
const server = smpp.createServer(tls, (session) => {
  session.open = 0;
  sessions.add(session);
  for (const command of ["bind_transceiver", "bind_transmitter", "bind_receiver"]) {
    session.on(command, (pdu) => onBind(session, pdu));
  }
  session.on("submit_sm", (pdu) => onSubmit(session, pdu));
  session.on("enquire_link", (pdu) => {
    tell("enquire_link");
    if (!state.deaf) session.send(pdu.response());
  });
  session.on("unbind", (pdu) => {
    tell("unbind");
    session.send(pdu.response());
    session.close();
  });
  session.on("generic_nack", ({ command_status: status }) => tell("generic_nack", { status }));
  session.on("error", () => {}); // "gone" follows
  session.on("close", () => {
    sessions.delete(session);
    tell("gone", { bound: session.bound === true });
  });
});
server.on("tlsClientError", () => tell("refused_tls"));
server.listen(Number(given.port), "127.0.0.1", () => tell("listening", { port: server.address().port }));

for await (const line of createInterface({ input: process.stdin })) {
  const { do: order, ...more } = JSON.parse(line);
  if (order) ORDERS[order](more);
  else Object.assign(state, more);
  tell("done");
}
process.exit(0);
