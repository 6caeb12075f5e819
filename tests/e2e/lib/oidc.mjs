// The identity provider of tests/peers/oidc.mjs, for journeys: a process of its own on loopback.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../peers/oidc.mjs", import.meta.url));

/// Starts one. `set(change)` changes what it does, `answersAt(address)` lets it send browsers back there.
export async function identityProvider() {
  const process = spawn("node", [script], { stdio: ["pipe", "pipe", "ignore"] });
  const [line] = await once(createInterface({ input: process.stdout }), "line");
  const { issuer, client, secret } = JSON.parse(line);
  const control = async (path, body) => {
    const answer = await fetch(`${issuer}/control${path}`, { method: "POST", body: JSON.stringify(body) });
    return answer.json();
  };
  return {
    issuer,
    client,
    secret,
    set: (change) => control("", change),
    rotate: () => control("/rotate", {}),
    answersAt: async (address) => {
      const { redirects } = await control("", {});
      return control("", { redirects: [...redirects, address] });
    },
    stop: () => process.kill(),
  };
// The organisation's identity provider: the npm `oidc-provider` on loopback (tests/peers/oidc.mjs), told by a door of its
// own who signs in and what is wrong with its answers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { submitAsStaff } from "./accounts.mjs";
import { atExit } from "./cleanup.mjs";
import { OIDC_SCRIPT } from "./paths.mjs";
import { routes } from "./routes.mjs";

/** What a server is told that asks a provider on loopback. */
export const ALLOWS_LOOPBACK = { COUNTERSIGN_SSO_ALLOW_PRIVATE_ADDRESSES: "true" };

export class Provider {
  #child;

  static async start() {
    const provider = new Provider();
    const child = spawn(process.execPath, [OIDC_SCRIPT], { stdio: ["pipe", "pipe", "pipe"] });
    provider.#child = child;
    const forget = atExit(() => child.kill("SIGKILL"));
    child.on("exit", forget);
    let complaints = "";
    child.stderr.on("data", (part) => (complaints += part));
    for await (const line of createInterface({ input: child.stdout })) {
      Object.assign(provider, JSON.parse(line));
      return provider;
    }
    throw new Error(`the identity provider did not start:\n${complaints}`);
  }

  async stop() {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** Says who signs in, what goes wrong, and so on. */
  async set(state) {
    return this.#post("/control", state);
  }

  /** All is as it should be again, and this person signs in by themselves. */
  async signsIn(member) {
    await this.set({ member, wrong: "", down: "", refuse: false, amr: null, acr: null });
  }

  /** New keys: tokens are signed with them from now on. */
  async rotate() {
    await this.#post("/control/rotate", {});
  }

  /** Goes to the provider as a browser would, and tells the path to which it was sent back. */
  async visit(url) {
    const { url: back, ...rest } = await this.#post("/control/visit", { url });
    assert.ok(back, `the provider sent nobody back: ${JSON.stringify(rest).slice(0, 600)}`);
    const { pathname, search } = new URL(back);
    return pathname + search;
  }

  async #post(path, body) {
    const answer = await fetch(new URL(path, this.issuer), { method: "POST", body: JSON.stringify(body) });
    return answer.json();
  }
}

/** Somebody at the provider. */
export function atProvider(local, more = {}) {
  return { sub: `sub-${local}`, email: `${local}@corp.example`, email_verified: true, name: `Cleo ${local}`, ...more };
}

/** The administrator sets this provider up, under this short name. */
export async function connect(server, administrator, provider, slug, more = {}) {
  await provider.set({ redirects: [`${server.url}/sso/${slug}/callback`] });
  const fields = {
    name: "Corp Login", slug, issuer: provider.issuer, client_id: provider.client, client_secret: provider.secret,
    domains: "corp.example", jit: "on", button: "on", ...more,
  };
  server.neverLogs(provider.secret);
  const done = await submitAsStaff(administrator, routes.ssoProviderNew, fields, routes.ssoProviders);
  assert.equal(done.status, 303, `the provider was refused: ${done.status} ${done.words.slice(0, 800)}`);
}

/** From the sign-in page to the provider and back; the answer of the way back is not followed. */
export async function throughProvider(client, provider, slug, from = routes.signIn, start = `/sso/${slug}/start`) {
  const away = await client.submit(from, {}, start);
  assert.equal(away.status, 200, `there was no way to the provider: ${away.status} ${away.words.slice(0, 600)}`);
  return client.get(await provider.visit(addressOf(away.body)));
}

/** Where the page between here and there leads. */
export function addressOf(html) {
  const found = html.match(/<a class="button primary" href="([^"]+)"/)?.[1];
  assert.ok(found, "the page leads to the provider");
  return found.replaceAll("&amp;", "&").replaceAll("&#38;", "&");
}
