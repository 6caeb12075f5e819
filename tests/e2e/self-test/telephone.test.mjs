// The telephone and the trunk, tried on each other: one telephone calls another through the trunk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TRUNK, Telephone, Trunk } from "../lib/sip.mjs";
import { until } from "../lib/wait.mjs";

const CALLER = "+74955550137";
let trunk;
let caller;
let phone;

before(async () => {
  trunk = await Trunk.start();
  caller = await Telephone.start({ number: CALLER, trunk });
  phone = await Telephone.start({ trunk });
});

after(async () => {
  await caller?.stop();
  await phone?.stop();
  await trunk?.stop();
});

async function calls() {
  caller.dial(`sip:${phone.number}@${TRUNK.domain}`);
  assert.equal(await phone.shows(), CALLER);
}

test("a telephone shows who calls, and stops when the caller gives up", async () => {
  await calls();
  caller.decline();
  await phone.event("CALL_CLOSED");
  const seen = await until("the trunk to note the end", async () => {
    const all = await trunk.seen();
    return all.some((one) => one.startsWith("CANCEL")) && all;
  });
  assert.match(seen[0], new RegExp(`^INVITE proto=udp to=\\${phone.number} from=\\${CALLER} .*login=${TRUNK.user} `));
});

test("a telephone picks up, hangs up and declines", async () => {
  await caller.event("CALL_CLOSED");
  await calls();
  phone.accept();
  await caller.event("CALL_ESTABLISHED");
  phone.decline();
  await caller.event("CALL_CLOSED");
  await calls();
  assert.equal(phone.unasked, 0);
  phone.decline();
  await caller.event("CALL_CLOSED");
});

test("a trunk that was down has its ports again", async () => {
  const { port } = trunk;
  await trunk.down();
  await trunk.up();
  assert.equal(trunk.port, port);
  assert.deepEqual(await trunk.seen(), []);
});

test("a telephone without a trunk is called directly, and may pick up by itself", async () => {
  const direct = await Telephone.start({ number: "+4930123456", answers: true });
  const other = await Telephone.start({ number: CALLER });
  try {
    other.dial(`sip:${direct.number}@127.0.0.1:${direct.port}`);
    const { peeruri } = await direct.event("CALL_ESTABLISHED");
    assert.ok(peeruri.includes(CALLER), peeruri);
  } finally {
    await other.stop();
    await direct.stop();
  }
});
