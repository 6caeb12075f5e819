// A browser without a screen: plain HTTP with cookies and forms, for journeys about the server alone.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { fromSomewhere } from "./addresses.mjs";

export class Client {
  /** @param {string} base the server's address; `at` changes it, as a balancer does */
  constructor(base, { headers = fromSomewhere() } = {}) {
    this.base = base;
    this.headers = headers;
    this.cookies = new Map();
    this.agent = new http.Agent({ keepAlive: true });
  }

  /** The same person, next request to another replica. */
  at(base) {
    this.base = base;
    return this;
  }

  get(path, headers) {
    return this.request("GET", path, undefined, headers);
  }

  /** Sends a form as a browser would that has just loaded it: the page's own CSRF token goes along. */
  async submit(pagePath, fields, action = pagePath) {
    const page = await this.get(pagePath);
    assert.equal(page.status, 200, `${pagePath} answered ${page.status}: ${page.words.slice(0, 400)}`);
    return this.post(action, { csrf: csrfOf(page.body), ...fields });
  }

  post(path, fields) {
    return this.request("POST", path, new URLSearchParams(fields).toString(), formHeaders(this.base));
  }

  /** One request; redirects are told, not followed. */
  request(method, path, body, headers = {}) {
    const url = new URL(path, this.base);
    return new Promise((resolve, reject) => {
      const request = http.request(url, {
        method,
        agent: this.agent,
        timeout: 60_000,
        headers: { ...this.headers, ...headers, ...this.#cookieHeader() },
      });
      request.on("timeout", () => request.destroy(new Error(`${method} ${path}: no answer`)));
      request.on("error", reject);
      request.on("response", (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const answer = new Answer(response.statusCode, response.headers, Buffer.concat(parts).toString());
          this.take(answer);
          resolve(answer);
        });
      });
      request.end(body);
    });
  }

  /** Keeps an answer's cookies. */
  take(answer) {
    for (const line of answer.setCookies) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === "" || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  /** The bytes of a form post, for `volley`. */
  formBytes(path, fields) {
    const body = new URLSearchParams(fields).toString();
    const headers = {
      host: new URL(this.base).host,
      connection: "close",
      "content-length": Buffer.byteLength(body),
      ...this.headers,
      ...formHeaders(this.base),
      ...this.#cookieHeader(),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return { base: this.base, bytes: Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`) };
  }

  /** The bytes of a look at a page, for `volley`. */
  getBytes(path) {
    const headers = { host: new URL(this.base).host, connection: "close", ...this.headers, ...this.#cookieHeader() };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return { base: this.base, bytes: Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`) };
  }

  /** A name for a cookie jar that holds a session: what tells is that a members' page answers. */
  async isSignedIn() {
    return (await this.get("/account")).status === 200;
  }

  /** The same, also where something has to be set up or saved before anything else answers. */
  async hasSession() {
    const home = await this.get("/account");
    return home.status === 200 || home.location?.startsWith("/account/");
  }

  close() {
    this.agent.destroy();
  }

  #cookieHeader() {
    if (this.cookies.size === 0) return {};
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
  }
}

export class Answer {
  constructor(status, headers, body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  get location() {
    return this.headers.location;
  }

  get setCookies() {
    return this.headers["set-cookie"] ?? [];
  }

  /** The page's text as a person reads it. */
  get words() {
    return wordsOf(this.body);
  }
}

export function wordsOf(html) {
  return unescape(
    html
      .replace(/<(script|style|svg)\b[\s\S]*?<\/\1>/g, " ")
      .replace(/<[^>]+>/g, " "),
  ).replace(/\s+/g, " ").trim();
}

/** The CSRF token of a page's (first) form. */
export function csrfOf(html) {
  const input = html.match(/<input\b[^>]*\bname="csrf"[^>]*>/)?.[0];
  const value = input?.match(/\bvalue="([^"]*)"/)?.[1];
  assert.ok(value, "the page has no form with a CSRF token");
  return unescape(value);
}

/** The authenticator's key as the set-up page spells it: 160 bits, eight groups of four. */
export function keyOf(html) {
  const found = wordsOf(html).match(/\b(?:[A-Z2-7]{4}\s?){8}(?![A-Z2-7])/);
  assert.ok(found, `no key in: ${wordsOf(html).slice(0, 600)}`);
  return found[0].replace(/\s/g, "");
}

/**
 * Sends all requests at the same instant: every connection is open and has all of its request but the
 * last byte; then the last bytes go out together.
 * @param {{base: string, bytes: Buffer}[]} requests
 * @returns {Promise<Answer[]>} in the order of the requests
 */
export async function volley(requests) {
  const shots = await Promise.all(requests.map(load));
  for (const shot of shots) shot.socket.write(shot.last);
  return Promise.all(shots.map((shot) => shot.answer));
}

async function load({ base, bytes }) {
  const { hostname, port } = new URL(base);
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  const answer = new Promise((resolve, reject) => {
    const parts = [];
    socket.setTimeout(60_000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (part) => parts.push(part));
    socket.on("error", reject);
    socket.on("close", () => {
      try {
        resolve(parse(Buffer.concat(parts).toString()));
      } catch (error) {
        reject(error);
      }
    });
  });
  answer.catch(() => {}); // told by whoever awaits it
  await new Promise((sent) => socket.write(bytes.subarray(0, -1), sent));
  return { socket, last: bytes.subarray(-1), answer };
}

// Enough HTTP/1.1 for an answer on a connection that ends with it; the body is read as it came.
function parse(text) {
  const [head, ...rest] = text.split("\r\n\r\n");
  const [statusLine, ...lines] = head.split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  assert.ok(status, `no answer came: ${text.slice(0, 200)}`);
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "set-cookie") (headers[name] ??= []).push(value);
    else headers[name] = value;
  }
  return new Answer(status, headers, rest.join("\r\n\r\n"));
}

function formHeaders(base) {
  return {
    "content-type": "application/x-www-form-urlencoded",
    origin: new URL(base).origin,
    "sec-fetch-site": "same-origin",
  };
}

function unescape(text) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return named[name] ?? whole;
  });
}
