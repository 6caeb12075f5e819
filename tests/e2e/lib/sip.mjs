// The person's telephone and the operator's trunk: baresip and kamailio, set up by the files of tests/peers/sip. The
// telephone is read and operated by its control port, so the calling number comes from there and from nowhere else.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import dgram from "node:dgram";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { atExit } from "./cleanup.mjs";
import { REPOSITORY } from "./paths.mjs";
import { until } from "./wait.mjs";

const HERE = "127.0.0.1";
const TEMPLATES = path.join(REPOSITORY, "tests/peers/sip");
const UNTIL_INPUT_ENDS = path.join(REPOSITORY, "tests/peers/until-input-ends");
const PYTHON = path.join(REPOSITORY, ".venv/bin/python");

const READY = "baresip is ready";
const TAKEN = "Address already in use";

/** What the trunk wants to know, and its domain. */
export const TRUNK = { user: "office", password: "s3cret", domain: "trunk.test" };

/** A program in a folder of its own, which ends when its input does: with this process at the latest. */
class Program {
  #child;
  #command;

  constructor(folder, signal, ...command) {
    this.folder = folder;
    this.#command = [signal, ...command];
  }

  async start() {
    const log = await open(path.join(this.folder, "log"), "w");
    const child = spawn(UNTIL_INPUT_ENDS, this.#command, { cwd: this.folder, stdio: ["pipe", log.fd, log.fd] });
    await log.close();
    this.#child = child;
    // The program's input ends with this process by itself; this ends it sooner.
    const forget = atExit(() => child.stdin.destroy());
    child.on("exit", forget);
    child.on("error", () => {}); // told below: it says nothing
    child.stdin.on("error", () => {}); // it is gone already
  }

  async log() {
    return readFile(path.join(this.folder, "log"), "utf8");
  }

  /** Waits until it says one of these, and tells which. */
  async says(...words) {
    const found = async () => {
      const log = await this.log();
      return words.find((one) => log.includes(one));
    };
    return until(`${this.#command[1]} to say "${words}"`, found, { every: 10 }).catch(async (error) => {
      throw new Error(`${error.message}; is it installed (scripts/install-test-tools)?\n${await this.log()}`);
    });
  }

  async end() {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.stdin.end();
    await gone;
  }
}

/** A trunk that wants a login, and with which telephones register. */
export class Trunk {
  #program;

  /** @param {{algorithm?: "" | "MD5" | "SHA-256", delay?: number}} [options] `delay` in milliseconds with every call */
  static async start({ algorithm = "", delay = 0 } = {}) {
    const trunk = new Trunk();
    [trunk.port, trunk.tlsPort] = [await freePort(), await freePort()];
    const folder = await mkdtemp(path.join(os.tmpdir(), "countersign-trunk-"));
    await mkdir(path.join(folder, "run"));
    await run(PYTHON, "-m", "trustme", "--quiet", "-i", HERE, "-d", folder);
    await fill("trunk.cfg", path.join(folder, "trunk.cfg"), {
      PORT: trunk.port,
      TLS_PORT: trunk.tlsPort,
      MODULES: `${modulesOfKamailio()}/`,
      ALGORITHM: algorithm,
      FOLDER: folder,
      PASSWORD: TRUNK.password,
      DELAY: delay ? `usleep("${delay * 1000}");` : "",
    });
    trunk.#program = new Program(folder, "TERM", "kamailio", "-DD", "-E", "-f", "trunk.cfg", "-Y", "run");
    trunk.authority = path.join(folder, "client.pem");
    await trunk.up();
    return trunk;
  }

  /** It is there, on the ports it had and with the certificate it had. Telephones have to register again. */
  async up() {
    await this.#program.start();
    for (const port of [this.port, this.tlsPort]) {
      await until(`the trunk to listen on ${port}`, () => connects(port), { every: 10 });
    }
  }

  async down() {
    await this.#program.end();
  }

  /** What it wrote down of each INVITE, ACK, CANCEL and BYE that it let pass. */
  async seen() {
    return [...(await this.#program.log()).matchAll(/SEEN (.*)/g)].map(([, seen]) => seen);
  }

  async stop() {
    await this.down();
    await rm(this.#program.folder, { recursive: true, force: true });
  }
}

/** A telephone. */
export class Telephone {
  #program;
  #control;
  #heard = Buffer.alloc(0);
  #events = [];
  #failure;

  /**
   * @param {{number?: string, trunk?: Trunk, answers?: boolean}} [options] without a trunk it is called directly, on its
   *   `port`; with `answers` it picks up by itself, as a voicemail does
   */
  static async start({ number = "+79161234567", trunk, answers = false } = {}) {
    const phone = new Telephone();
    phone.number = number;
    const folder = await mkdtemp(path.join(os.tmpdir(), "countersign-phone-"));
    const mode = answers ? ";answermode=auto" : "";
    const account = trunk
      ? `<sip:${number}@${TRUNK.domain}>;outbound="sip:${HERE}:${trunk.port}";regint=600;auth_user=${TRUNK.user};auth_pass=${TRUNK.password}${mode}\n`
      : `<sip:${number}@${HERE}>;regint=0;catchall=yes${mode}\n`;
    await writeFile(path.join(folder, "accounts"), account);
    await writeFile(path.join(folder, "contacts"), "");
    // Told to end, it would unregister first, for up to half a minute.
    phone.#program = new Program(folder, "KILL", "baresip", "-4", "-f", folder);
    const control = await phone.#startOnFreePorts();
    if (trunk) await phone.#program.says("200 OK");
    await phone.#listen(control);
    return phone;
  }

  /** It takes the port after its own too, which somebody may have. */
  async #startOnFreePorts() {
    for (;;) {
      this.port = await freePort();
      const control = await freePort();
      const values = { HOST: HERE, PORT: this.port, INTERFACE: HERE, CONTROL: control, MODULES: modulesOfBaresip() };
      await fill("phone.config", path.join(this.#program.folder, "config"), values);
      await this.#program.start();
      if ((await this.#program.says(READY, TAKEN)) === READY) return control;
      await this.#program.end();
    }
  }

  /**
   * The number that the oldest call nobody has asked about yet shows. Waits for the call.
   * @param {{within?: number}} [limits] milliseconds
   */
  async shows(limits) {
    const { peeruri } = await this.event("CALL_INCOMING", limits);
    return peeruri.replace(/^sip:/, "").replace(/@.*$/, "");
  }

  /** The oldest event of this type that nobody has asked for yet: CALL_INCOMING, CALL_ESTABLISHED, CALL_CLOSED. */
  async event(type, limits = {}) {
    const take = () => {
      if (this.#failure) throw this.#failure;
      const place = this.#events.findIndex((event) => event.type === type);
      return place >= 0 && this.#events.splice(place, 1)[0];
    };
    return until(`the telephone to tell of ${type}`, take, { every: 10, ...limits });
  }

  /** How many calls came that nobody has asked about yet. */
  get unasked() {
    return this.#events.filter(({ type }) => type === "CALL_INCOMING").length;
  }

  /** Picks up what rings. */
  accept() {
    this.#do("accept");
  }

  /** Calls somebody, as people do. */
  dial(address) {
    this.#do("dial", address);
  }

  /** Declines what rings, or hangs up. */
  decline() {
    this.#do("hangup");
  }

  async stop() {
    this.#control?.destroy();
    await this.#program.end();
    await rm(this.#program.folder, { recursive: true, force: true });
  }

  async #listen(port) {
    await until("the telephone's control port", () => connects(port), { every: 10 });
    // It serves one connection; the one that was tried is closed by now, and the next is taken after it.
    const control = net.connect(port, HERE);
    this.#control = control;
    await once(control, "connect");
    control.on("data", (part) => this.#hear(part));
    control.on("error", (error) => (this.#failure = error));
  }

  #do(command, params) {
    const text = JSON.stringify({ command, params, token: command });
    this.#control.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** Netstrings: LENGTH:TEXT, */
  #hear(part) {
    this.#heard = Buffer.concat([this.#heard, part]);
    for (;;) {
      const colon = this.#heard.indexOf(":");
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#heard.subarray(0, colon).toString());
      if (this.#heard.length <= end) return;
      const message = JSON.parse(this.#heard.subarray(colon + 1, end).toString());
      this.#heard = this.#heard.subarray(end + 1);
      if (message.event) this.#events.push(message);
    }
  }
}

async function fill(template, target, values) {
  let text = await readFile(path.join(TEMPLATES, template), "utf8");
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`@${name}@`, () => String(value));
  await writeFile(target, text);
}

/** A port that is free for TCP and UDP. */
async function freePort() {
  for (;;) {
    const server = net.createServer().listen(0, HERE);
    await once(server, "listening");
    const { port } = server.address();
    const socket = dgram.createSocket("udp4");
    const isFree = await new Promise((tell) => {
      socket.once("error", () => tell(false));
      socket.bind(port, HERE, () => tell(true));
    });
    if (isFree) socket.close();
    server.close();
    await once(server, "close");
    if (isFree) return port;
  }
}

async function connects(port) {
  const socket = net.connect(port, HERE);
  try {
    await once(socket, "connect");
    return true;
  } finally {
    socket.destroy();
  }
}

async function run(program, ...args) {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
}

function modulesOfKamailio() {
  const places = readdirSync("/usr/lib").map((place) => path.join("/usr/lib", place, "kamailio/modules"));
  const place = places.find((place) => existsSync(place));
  if (!place) throw new Error("kamailio is not installed; run scripts/install-test-tools");
  return place;
}

function modulesOfBaresip() {
  const place = "/usr/lib/baresip/modules";
  if (!existsSync(place)) throw new Error("baresip is not installed; run scripts/install-test-tools");
  return place;
}
