// A page with the policy and the pieces that the harness must cope with, and nothing of the product.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";

const QR = readFileSync(new URL("qr.svg", import.meta.url), "utf8");

const STYLE = `body { font: 1rem/1.5 sans-serif; margin: 2rem; background: Canvas; color: CanvasText; color-scheme: light dark }
:focus-visible { outline: 3px solid currentColor } .qr { background: #fff; display: inline-block }
input, button { font: inherit; min-height: 44px }`;

const page = (flaw) => `<!doctype html><html lang="en"><head><title>Toy</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/style.css"></head><body><main><h1>Toy</h1>
${flaw ? '<input type="text">' : ""}
<div class="qr" role="img" aria-label="QR code">${QR}</div>
<p>GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ</p>
<form method="post" action="/"><input type="hidden" name="csrf" value="a&amp;b">
<label for="code">Code</label> <input id="code" name="code" autocomplete="one-time-code"> <button>Continue</button></form>
</main></body></html>`;

/** So many posts to /together are answered, and none before all of them are there. */
export const TOGETHER = 64;

/** @returns {Promise<{url: string, received: object[], close: () => void}>} */
export async function startToy() {
  const received = [];
  const waiting = [];
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      response.setHeader(
        "content-security-policy",
        "default-src 'none'; script-src 'nonce-abc'; style-src 'self'; img-src 'self' data:; form-action 'self'; " +
          "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      );
      if (request.url === "/style.css") return response.setHeader("content-type", "text/css").end(STYLE);
      if (request.url === "/favicon.ico") return response.writeHead(204).end();
      response.setHeader("content-type", "text/html; charset=utf-8");
      if (request.method === "POST") {
        received.push({ fields: Object.fromEntries(new URLSearchParams(body)) });
        response.setHeader("set-cookie", ["sid=1; Path=/; HttpOnly", "old=; Max-Age=0"]);
        const answer = () => response.writeHead(303, { location: "/" }).end();
        if (request.url !== "/together") return answer();
        waiting.push(answer);
        if (waiting.length === TOGETHER) for (const each of waiting.splice(0)) each();
        return undefined;
      }
      response.end(page(request.url === "/flaw"));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    received,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
