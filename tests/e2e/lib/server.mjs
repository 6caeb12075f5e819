// The real binary, started and ended by its own process id.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { BINARY, DATABASE } from "./paths.mjs";
import { atExit } from "./cleanup.mjs";
import { REAL, TurnedClock } from "./clock.mjs";
import { run } from "./command.mjs";
import { createDatabase } from "./postgres.mjs";
import { until } from "./wait.mjs";

/** A loopback port nobody listens on at this moment. */
export async function freePort() {
  const probe = net.createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** What the binary sees: none of this machine's own settings, and the loopback "proxy" of `addresses.mjs`. */
function environment(more) {
  const foreign = ([name]) => !name.startsWith("COUNTERSIGN_") && name !== "DATABASE_URL";
  const kept = Object.fromEntries(Object.entries(process.env).filter(foreign));
  return { ...kept, NO_COLOR: "1", COUNTERSIGN_TRUSTED_PROXIES: "127.0.0.1", ...more };
}

/** What presets bring that an operator has to have read. */
const RISKS = ["email-codes", "password-alone", "trusted-provider", "telegram", "phone-calls", "sms", "phone-in-new-browsers"];

export class Server {
  #child;
  #secrets = new Set();

  /**
   * Starts a server and waits until it is ready.
   * @param {object} [options]
   * @param {"sqlite" | "postgres"} [options.database] default: what this run of the journeys is for
   * @param {string} [options.databaseUrl] a PostgreSQL database that exists already
   * @param {string} [options.data] a data folder that exists already, such as another replica's
   * @param {"serve" | "demo"} [options.command]
   * @param {boolean} [options.openSignUp] strangers may make accounts (a new installation says no)
   * @param {string | null} [options.preset] the security policy, by its preset's name; default: `authenticator` in a new
   *   installation, whatever it would start with; `null` leaves it alone
   * @param {import("./mail.mjs").MailPeer} [options.mail] where letters go; without one none are sent
   * @param {boolean} [options.turned] `clock.turn` lets hours pass for it
   * @param {string} [options.publicAddress] another replica's, which answers to it, too
   * @param {Record<string, string>} [options.env]
   * @param {string[]} [options.args]
   */
  static async start(options = {}) {
    if (!existsSync(BINARY)) {
      throw new Error(`${BINARY} does not exist: run \`cargo build -p countersign\` or set COUNTERSIGN_BIN`);
    }
    const server = new Server();
    server.command = options.command ?? "serve";
    server.mail = options.mail;
    server.clock = options.turned ? new TurnedClock() : REAL;
    server.env = { ...options.mail?.env, ...options.env, ...server.clock.env };
    server.extraArgs = options.args ?? [];
    server.publicAddress = options.publicAddress;
    server.ownsData = !options.data;
    server.data = options.data ?? (await mkdtemp(path.join(os.tmpdir(), "countersign-e2e-")));
    server.databaseUrl = options.databaseUrl;
    if (!server.databaseUrl && server.command === "serve" && (options.database ?? DATABASE) === "postgres") {
      server.databaseUrl = await createDatabase();
    }
    await server.launchSomewhere();
    const isNew = server.command === "serve" && !options.data && !options.databaseUrl;
    const preset = options.preset === undefined && isNew ? "authenticator" : options.preset;
    if (preset) {
      const risks = RISKS.flatMap((risk) => ["--accept-risk", risk]);
      await server.cli("policy", "set-preset", preset, ...risks);
    }
    if (options.openSignUp) await server.cli("policy", "set-sign-up", "open");
    return server;
  }

  /** The address that a browser uses. */
  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Where the data are, as every command of the binary takes it. */
  get where() {
    if (this.command === "demo") return [];
    const database = this.databaseUrl ? ["--database-url", this.databaseUrl] : [];
    return ["--data", this.data, ...database];
  }

  /** Another program may take the port between the look and the start. */
  async launchSomewhere() {
    for (let tries = 1; ; tries += 1) {
      this.port = await freePort();
      this.logs = "";
      try {
        return await this.launch();
      } catch (error) {
        if (tries === 3 || !/cannot listen/.test(this.logs)) throw error;
      }
    }
  }

  async launch() {
    const listen = ["--listen", `127.0.0.1:${this.port}`];
    const address = this.command === "serve" ? ["--public-address", this.publicAddress ?? this.url] : [];
    const args = [this.command, ...this.where, ...listen, ...address, ...this.extraArgs];
    const child = spawn(BINARY, args, { env: environment(this.env), stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    const forget = atExit(() => child.kill("SIGKILL"));
    child.on("exit", forget);
    child.stdout.on("data", (part) => (this.logs += part));
    child.stderr.on("data", (part) => (this.logs += part));
    child.on("error", (error) => (this.logs += `\n${error}\n`));
    try {
      await until("the server is ready", async () => {
        if (child.exitCode !== null) return "ended";
        return (await fetch(`${this.url}/readyz`)).ok;
      }, { within: 30_000, every: 25 });
      assert.equal(child.exitCode, null, "the server ended at once");
    } catch (error) {
      await this.kill9();
      throw new Error(`${error.message}\n--- its log ---\n${this.logs}`, { cause: error });
    }
  }

  /** Runs a command of the binary on this server's data. */
  async cli(...args) {
    const { stdout } = await run(BINARY, [...args, ...this.where], { env: environment(this.env), alone: true });
    return stdout;
  }

  /** The one-time address at which the first administrator is made, as printed at the first start. */
  firstAdministratorAddress() {
    const found = this.logs.match(/https?:\/\/\S+\/link\/[\w-]+/);
    assert.ok(found, `no one-time address was printed:\n${this.logs}`);
    return found[0];
  }

  /** From now on this value may stand in no log line; `stop` looks. */
  neverLogs(...values) {
    for (const value of values) this.#secrets.add(value);
  }

  /** As a power cut would. */
  async kill9() {
    await this.#end("SIGKILL");
  }

  /** The same data on the same port, after `kill9` or `halt`. */
  async again() {
    await this.launch();
  }

  /** Ends the process in the orderly way and keeps the data. */
  async halt() {
    const code = await this.#end("SIGTERM");
    if (code !== undefined) assert.equal(code, 0, `the server did not end well:\n${this.logs}`);
  }

  /** Ends the server, removes its data, and looks at what it wrote. */
  async stop() {
    try {
      await this.halt();
    } finally {
      if (this.ownsData) await rm(this.data, { recursive: true, force: true });
      this.clock.end?.();
    }
    assert.doesNotMatch(this.logs, /panicked at/, `a panic stands in the log:\n${this.logs}`);
    for (const secret of this.#secrets) {
      assert.ok(!this.logs.includes(secret), "ALL-7: a secret stands in the log");
    }
  }

  async #end(signal) {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return undefined;
    const gone = once(child, "exit");
    const impatient = setTimeout(() => child.kill("SIGKILL"), 20_000);
    child.kill(signal);
    const [code] = await gone;
    clearTimeout(impatient);
    return signal === "SIGKILL" ? undefined : code;
  }
}
