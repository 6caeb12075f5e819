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
}
