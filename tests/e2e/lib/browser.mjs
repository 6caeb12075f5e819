// Headless Chromium with a fresh profile, and contexts in it that tell when a page misbehaves.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { fromSomewhere } from "./addresses.mjs";
import { CHROMIUM } from "./paths.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Nothing outside this machine is ever asked, whatever a page or the browser itself would like.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

export function launchBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/**
 * A browser of one person: own cookies, own settings. `context.grievances` collects script errors, breaches
 * of the content security policy and requests to other servers; `assertQuiet` fails when there are any.
 * @param {import("playwright-core").Browser} browser
 * @param {{url: string}} server
 * @param {object} [options]
 * @param {"light" | "dark"} [options.scheme]
 * @param {{width: number, height: number}} [options.size]
 * @param {boolean} [options.javaScript]
 * @param {string} [options.locale]
 * @param {number} [options.scale] pixels a point, for sharper pictures
 * @param {boolean} [options.bypassCsp] only for tools that must run inside the page
 * @param {string[]} [options.origins] other servers to which the pages may lead
 */
export async function newPerson(browser, server, options = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    colorScheme: options.scheme ?? "light",
    viewport: options.size ?? DESKTOP,
    deviceScaleFactor: options.scale ?? 1,
    javaScriptEnabled: options.javaScript ?? true,
    locale: options.locale ?? "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    bypassCSP: options.bypassCsp ?? false,
    acceptDownloads: true,
    // The demo trusts no proxy, and refuses what one hands on.
    extraHTTPHeaders: server.command === "demo" ? {} : fromSomewhere(),
    serviceWorkers: "block",
  });
  context.setDefaultTimeout(10_000);
  context.grievances = [];
  const origins = [new URL(server.url).origin, ...(options.origins ?? [])];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !origins.includes(url.origin)) context.grievances.push(`asked ${url.origin}`);
  });
  context.on("weberror", (error) => context.grievances.push(String(error.error())));
  context.on("console", (message) => {
    if (/Content Security Policy|Refused to|TrustedHTML/i.test(message.text())) {
      context.grievances.push(message.text());
    }
  });
  return context;
}

export function assertQuiet(context) {
  assert.deepEqual(context.grievances, [], "the pages did something that they must not");
}
