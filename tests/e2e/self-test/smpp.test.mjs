// The short message centre as the journeys have it, with a sender of three lines: what was written is what arrives.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { SmsCentre } from "../lib/smpp.mjs";

const smpp = createRequire(import.meta.url)("smpp");
const ADA = "+4915112345678";

let centre;
let session;

before(async () => {
  centre = await SmsCentre.start();
});

after(async () => {
  session?.destroy();
  await centre?.stop();
});

/** Logs in, as the server would; answers the status. */
function logIn(password = centre.password) {
  return new Promise((answered) => {
    session = smpp.connect({ host: centre.host, port: centre.port }, () => {
      session.bind_transceiver({ system_id: centre.systemId, password }, (pdu) => answered(pdu.command_status));
    });
    session.on("error", () => {});
  });
}

function submit(text) {
  const pdu = { source_addr: "Example", destination_addr: ADA.slice(1), short_message: text };
  return new Promise((answered) => session.submit_sm(pdu, answered));
}

test("a code arrives, and the centre says what became of it", async () => {
  assert.notEqual(await logIn("wrong"), 0);
  assert.equal(await logIn(), 0);
  await centre.bound();
  const { message_id: id } = await submit("Ihr Code für Beispiel: 482913");
  assert.equal(await centre.codeFor(ADA), "482913");
  await assert.rejects(centre.codeFor(ADA, { within: 50 }), /a message to/, "it was read");
  const receipt = new Promise((came) => session.once("deliver_sm", came));
  await centre.receiptFor({ id }, "UNDELIV", { error: "045" });
  const { receipted_message_id: about, message_state: state } = await receipt;
  assert.deepEqual([about, state], [id, 5]);
});

test("it refuses, says nothing and comes back as it is told", async () => {
  await centre.order({ submit_status: 0x58 });
  assert.equal((await submit("1: 111111")).command_status, 0x58);
  await centre.behaves();
  assert.equal((await submit("2: 222222")).command_status, 0);
  assert.equal(await centre.codeFor(ADA, { says: "2: " }), "222222");
  await centre.down();
  await centre.up();
  assert.equal(await logIn(), 0);
  await centre.bound();
  assert.equal((await submit("3: 333333")).command_status, 0);
  centre.readAll(ADA);
  assert.equal(centre.messagesTo(ADA).length, 4, "what came before stays");
});
