// Databases for the servers under test: in the cluster the test script started, or in one of our own
// that a test may stop, freeze and start again.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { POSTGRES_SCRIPT, POSTGRES_URL } from "./paths.mjs";
import { atExit } from "./cleanup.mjs";
import { run } from "./command.mjs";

/** Makes an empty database in the cluster at `clusterUrl` and returns its own address. */
export async function createDatabase(clusterUrl = POSTGRES_URL) {
  if (!clusterUrl) {
    throw new Error("COUNTERSIGN_TEST_POSTGRES is not set: run this by `scripts/postgres run -- …`");
  }
  const name = `e2e_${randomBytes(6).toString("hex")}`;
  await run("psql", [clusterUrl, "--no-psqlrc", "--quiet", "--command", `CREATE DATABASE ${name}`]);
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** A cluster of this test alone, durable, so that pulling its plug means something. */
export class Cluster {
  static async start() {
    const { stdout } = await run(POSTGRES_SCRIPT, ["start", "--durable"]);
    const [url, folder] = stdout.trim().split("\n");
    const cluster = new Cluster();
    cluster.url = url;
    cluster.folder = folder;
    cluster.forget = atExit(() => {
      cluster.#thawQuietly();
      execFileSync(POSTGRES_SCRIPT, ["stop", "--immediate", folder]);
    });
    return cluster;
  }

  /** Ends it as a power cut would; the data stay for `again`. */
  async pullThePlug() {
    await run(POSTGRES_SCRIPT, ["stop", "--keep", "--immediate", this.folder]);
  }

  async again() {
    await run(POSTGRES_SCRIPT, ["start", "--folder", this.folder]);
  }

  /** Stops every process where it stands: connections stay open and nobody answers. */
  freeze() {
    for (const pid of this.#pids()) process.kill(pid, "SIGSTOP");
  }

  thaw() {
    for (const pid of this.#pids()) process.kill(pid, "SIGCONT");
  }

  async end() {
    this.forget();
    this.#thawQuietly();
    await run(POSTGRES_SCRIPT, ["stop", "--immediate", this.folder]);
  }

  #thawQuietly() {
    try {
      this.thaw();
    } catch {
      // it is not running
    }
  }

  // The postmaster first, so that it starts nobody while its children are being stopped.
  #pids() {
    const postmaster = Number(readFileSync(`${this.folder}/data/postmaster.pid`, "utf8").split("\n")[0]);
    const table = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" });
    const children = table
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter(([, parent]) => parent === postmaster)
      .map(([pid]) => pid);
    return [postmaster, ...children];
  }
}
