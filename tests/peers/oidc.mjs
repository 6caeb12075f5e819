// An identity provider on loopback, for tests of single sign-on: the npm `oidc-provider`, with a door (`/control`) through
// which a test chooses who signs in, what the token says, and what goes wrong.
//
//   node oidc.mjs            prints one line of JSON: { "issuer": … }
//
//   POST /control            changes the state below; answers with it
//   POST /control/visit      { "url": … } goes there as a browser would and tells where it was sent back to
//   POST /control/rotate     new keys; tokens are signed with them from now on
//
// Tokens are signed here once more, so that each can be made wrong in one particular way.

import { createServer } from "node:http";

const RealDate = globalThis.Date;
let offset = 0;
// Tests turn the clock; the provider's has to follow.
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...args);
  }
  static now() {
    return RealDate.now() + offset;
  }
};

const modules = new URL("../e2e/node_modules/", import.meta.url);
const { default: Provider } = await import(new URL("oidc-provider/lib/index.js", modules));
const jose = await import(new URL("jose/dist/node/esm/index.js", modules));

export const SECRET = "a-secret-of-the-identity-provider-under-test";
const CLIENT = "countersign";

const state = {
  // Who signs in. With `ask` the person is asked, as in a browser; otherwise it happens by itself.
  member: { sub: "u-1", email: "ada@corp.example", email_verified: true, name: "Ada Example" },
  members: {},
  ask: false,
  refuse: false,
  alg: "RS256",
  // What is wrong, by name; see `spoil` and `describe`.
  wrong: "",
  // "", "closed" (hangs up), "slow" (never answers), "error" (500), "redirect" (302), "huge" (2 MiB).
  down: "",
  // So many milliseconds pass before the description and the keys are told.
  delay: 0,
  redirects: [],
  amr: null,
  acr: null,
  authTime: null,
};
// How often each address was asked.
const asked = {};

let keys = await makeKeys();

async function makeKeys() {
  const made = [];
  for (const [alg, options] of [["RS256", { modulusLength: 2048 }], ["ES256", {}], ["EdDSA", { crv: "Ed25519" }]]) {
    const pair = await jose.generateKeyPair(alg, { extractable: true, ...options });
    const jwk = await jose.exportJWK(pair.privateKey);
    const kid = await jose.calculateJwkThumbprint(jwk);
    made.push({ alg, kid, jwk: { ...jwk, kid, alg, use: "sig" }, key: pair.privateKey });
  }
  return made;
}

function publicKeys() {
  const pick = ({ kty, n, e, crv, x, y, kid, use }) => ({ kty, n, e, crv, x, y, kid, use });
  return { keys: keys.map((one) => pick(one.jwk)) };
}

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: CLIENT,
      client_secret: SECRET,
      redirect_uris: ["https://account.example.org/sso/corp/callback"],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  jwks: { keys: keys.map((one) => one.jwk) },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["of a test"] },
  pkce: { methods: ["S256"], required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 300, AuthorizationCode: 600, Grant: 3600, IdToken: 300, Interaction: 600, Session: 3600 },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...(state.members[sub] ?? state.member), sub }) }),
  loadExistingGrant: async (ctx) => {
    const { client, session, provider: own } = ctx.oidc;
    const grant = new own.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});
provider.Client.prototype.redirectUriAllowed = (uri) =>
  uri === "https://account.example.org/sso/corp/callback" || state.redirects.includes(uri);
provider.on("server_error", (_, error) => process.stderr.write(`${error.stack}\n`));

provider.use(async (ctx, next) => {
  asked[ctx.path] = (asked[ctx.path] ?? 0) + 1;
  if (["/jwks", "/.well-known/openid-configuration"].includes(ctx.path)) {
    await new Promise((ready) => setTimeout(ready, state.delay));
  }
  await next();
  if (ctx.path === "/jwks") ctx.body = publicKeys();
  if (ctx.path === "/token" && ctx.body?.id_token) {
    ctx.body = { ...ctx.body, id_token: await sign(jose.decodeJwt(ctx.body.id_token), ctx.body) };
  }
  if (ctx.path === "/.well-known/openid-configuration") ctx.body = describe(ctx.body);
});

// The description, made wrong where that is asked for.
function describe(told) {
  const description = {
    ...told,
    id_token_signing_alg_values_supported: ["RS256", "PS256", "ES256", "EdDSA"],
    code_challenge_methods_supported: ["S256"],
  };
  const wrong = {
    "described-issuer-slash": () => (description.issuer += "/"),
    "described-issuer-other": () => (description.issuer = "https://other.example"),
    "described-issuer-case": () => (description.issuer = description.issuer.replace("http:", "HTTP:")),
    "described-hs256": () => (description.id_token_signing_alg_values_supported = ["HS256"]),
    "described-plain-pkce": () => (description.code_challenge_methods_supported = ["plain"]),
    "described-jwks-metadata": () => (description.jwks_uri = "http://169.254.169.254/keys"),
    "described-no-iss": () => delete description.authorization_response_iss_parameter_supported,
    "described-token-elsewhere": () => (description.token_endpoint = "http://10.0.0.1/token"),
    "described-authorization-elsewhere": () => (description.authorization_endpoint = "javascript:alert(1)"),
  }[state.wrong];
  wrong?.();
  return description;
}

// A token as it should be, made wrong in the way that is asked for, signed.
async function sign(claims, body) {
  const now = Math.floor(Date.now() / 1000);
  if (state.amr) claims.amr = state.amr;
  if (state.acr) claims.acr = state.acr;
  if (state.authTime !== null) claims.auth_time = state.authTime;
  if (state.alg !== "RS256") delete claims.at_hash;
  const family = state.alg === "PS256" ? "RS256" : state.alg;
  const { key, kid } = keys.find((one) => one.alg === family);
  const header = { alg: state.alg, kid, typ: "JWT" };
  const put = (more) => () => Object.assign(claims, more);
  const wrongClaims = {
    expired: put({ iat: now - 400, exp: now - 61 }),
    "just-expired": put({ iat: now - 300, exp: now - 59 }),
    "from-the-future": put({ iat: now + 61 }),
    "not-yet": put({ nbf: now + 61 }),
    "other-issuer": put({ iss: "https://other.example" }),
    "issuer-slash": put({ iss: `${issuer}/` }),
    "other-audience": put({ aud: "another-client" }),
    "two-audiences": put({ aud: [CLIENT, "another-client"], azp: undefined }),
    "two-audiences-azp": put({ aud: [CLIENT, "another-client"], azp: CLIENT }),
    "other-azp": put({ azp: "another-client" }),
    "other-nonce": put({ nonce: "somebody-elses" }),
    "no-nonce": put({ nonce: undefined }),
    "no-auth-time": put({ auth_time: undefined }),
    "no-subject": put({ sub: "" }),
    "long-subject": put({ sub: "x".repeat(300) }),
    "other-at-hash": put({ at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }),
    "no-email": put({ email: undefined, email_verified: undefined }),
  }[state.wrong];
  wrongClaims?.();
  const plain = (sealed) => new jose.SignJWT(claims).setProtectedHeader(sealed);
  const encode = (value) => jose.base64url.encode(JSON.stringify(value));
  switch (state.wrong) {
    case "access-token-type":
      return plain({ ...header, typ: "at+jwt" }).sign(key);
    case "critical":
      return `${encode({ ...header, crit: ["x"], x: 1 })}.${encode(claims)}.AAAA`;
    case "alg-none":
      return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
    case "stripped":
      return (await plain(header).sign(key)).replace(/[^.]*$/, "");
    case "tampered": {
      const [head, , signature] = (await plain(header).sign(key)).split(".");
      return `${head}.${encode({ ...claims, sub: "somebody-else" })}.${signature}`;
    }
    case "hs256-secret":
      return plain({ alg: "HS256", typ: "JWT" }).sign(new TextEncoder().encode(SECRET));
    case "hs256-public-key": {
      const pem = await jose.exportSPKI(await jose.importJWK(publicKeys().keys[0], "RS256"));
      return plain({ alg: "HS256", kid, typ: "JWT" }).sign(new TextEncoder().encode(pem));
    }
    case "foreign-key":
      return plain(header).sign((await jose.generateKeyPair("RS256")).privateKey);
    case "key-in-header": {
      const own = await jose.generateKeyPair("RS256", { extractable: true });
      const jwk = await jose.exportJWK(own.publicKey);
      return plain({ alg: "RS256", jwk, typ: "JWT" }).sign(own.privateKey);
    }
    case "unknown-key-name":
      return plain({ ...header, kid: `made-up-${Math.random()}` }).sign(key);
    case "access-token-as-id-token":
      return body.access_token;
    default:
      return plain(header).sign(key);
  }
}

// Signs the person in: by itself, or when the form is sent.
async function interact(request, response) {
  const { uid, prompt } = await provider.interactionDetails(request, response);
  if (state.refuse) {
    const result = { error: "access_denied", error_description: "<b>no</b>" };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  if (state.ask && request.method === "GET") {
    const button = (member) => `<button name="sub" value="${member.sub}">Sign in as ${member.email}</button>`;
    const all = [state.member, ...Object.values(state.members)].map(button).join(" ");
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(`<!doctype html><html lang="en"><title>Provider</title><h1>Provider: ${prompt.name}</h1>
      <form method="post" action="/interaction/${uid}">${all}</form>`);
  }
  let sub = state.member.sub;
  if (request.method === "POST") sub = new URLSearchParams(await read(request)).get("sub") ?? sub;
  const result = { login: { accountId: sub, remember: false } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function read(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

// Goes to an address as a browser would, until it is sent to another server.
async function visit(url) {
  const jar = new Map();
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split("=");
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const to = answer.headers.get("location");
    if (!to) return { status: answer.status, body: await answer.text() };
    url = new URL(to, url).href;
    if (!url.startsWith(issuer)) return { url };
  }
  return { error: "it leads on for ever" };
}

async function control(request, response) {
  const sent = JSON.parse((await read(request)) || "{}");
  let answer;
  if (request.url === "/control/visit") answer = await visit(sent.url);
  else if (request.url === "/control/rotate") answer = ((keys = await makeKeys()), publicKeys());
  else {
    const { now, ...more } = sent;
    if (now !== undefined) offset = now - RealDate.now();
    Object.assign(state, more);
    answer = { ...state, issuer, asked, client: CLIENT, secret: SECRET };
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(answer));
}

function outOfOrder(request, response) {
  switch (state.down) {
    case "closed":
      return request.socket.destroy();
    case "slow":
      return undefined;
    case "error":
      response.statusCode = 500;
      return response.end("<h1>secret stack trace</h1>");
    case "redirect":
      response.statusCode = 302;
      response.setHeader("location", `${issuer}/.well-known/openid-configuration?again`);
      return response.end();
    default:
      response.setHeader("content-type", "application/json");
      return response.end(`{"x":"${"x".repeat(2 * 1024 * 1024)}"}`);
  }
}

server.on("request", async (request, response) => {
  try {
    if (request.url.startsWith("/control")) await control(request, response);
    else if (state.down) outOfOrder(request, response);
    else if (request.url.startsWith("/interaction/")) await interact(request, response);
    else await provider.callback()(request, response);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error?.stack ?? error));
  }
});

process.stdout.write(`${JSON.stringify({ issuer, client: CLIENT, secret: SECRET })}\n`);
// Whoever started this holds its input; when that is gone, so is the test.
process.stdin.on("end", () => process.exit(0)).resume();
