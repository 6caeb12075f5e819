// What time it is for a server under test: that of this machine, or one that a journey turns forward, so that hours
// pass without anybody waiting. The server's process is told by libfaketime; its timers go on as ever.
import { randomBytes } from "node:crypto";
import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { until } from "./wait.mjs";

/** The machine's own clock: what lies ahead is waited for. */
export const REAL = {
  now: () => Date.now(),
  reach: (moment, what) =>
    until(what, () => Date.now() >= moment, { within: Math.max(0, moment - Date.now()) + 5_000, every: 100 }),
};

const LIBRARIES = "/usr/lib";

function library() {
  for (const folder of readdirSync(LIBRARIES)) {
    const found = path.join(LIBRARIES, folder, "faketime/libfaketime.so.1");
    try {
      readdirSync(path.dirname(found));
      return found;
    } catch {
      // another machine's folder
    }
  }
  throw new Error("libfaketime is not installed: scripts/install-test-tools does it");
}

/** A clock that is turned: what lies ahead is there at once. */
export class TurnedClock {
  #ahead = 0;
  #file = path.join(os.tmpdir(), `countersign-clock-${randomBytes(6).toString("hex")}`);

  constructor() {
    this.#tell();
  }

  /** What a process is told that goes by it. */
  get env() {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DISABLE_SHM: "1",
    };
  }

  now() {
    return Date.now() + this.#ahead;
  }

  /** Turns it forward. */
  turn(milliseconds) {
    // libfaketime reads whole seconds.
    this.#ahead += Math.ceil(milliseconds / 1_000) * 1_000;
    this.#tell();
  }

  async reach(moment) {
    if (moment > this.now()) this.turn(moment - this.now());
  }

  end() {
    rmSync(this.#file, { force: true });
  }

  // Put in place whole: a process reads it at any time.
  #tell() {
    const next = `${this.#file}.next`;
    writeFileSync(next, `+${this.#ahead / 1_000}\n`);
    renameSync(next, this.#file);
  }
}
