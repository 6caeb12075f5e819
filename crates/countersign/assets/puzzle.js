// Solves the sign-in form's puzzle: a number that makes SHA-256 of "puzzle.number" start with enough
// zero bits. In slices, so that the page stays usable; worker threads are closed to us by the
// content security policy.

const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const FIRST = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const schedule = new Uint32Array(64);

/** One round of SHA-256 (FIPS 180-4, 6.2.2) over the 64 bytes at `at`, into `state`. */
function compress(state, bytes, at) {
  const w = schedule;
  for (let i = 0; i < 16; i += 1) {
    const p = at + i * 4;
    w[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** The first 32 bits of the SHA-256 of a text of plain characters. */
export function firstWord(text) {
  const length = text.length;
  const bytes = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  for (let i = 0; i < length; i += 1) bytes[i] = text.charCodeAt(i);
  bytes[length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, length * 8);
  const state = Uint32Array.from(FIRST);
  for (let at = 0; at < bytes.length; at += 64) compress(state, bytes, at);
  return state[0];
}

function solve(box) {
  const field = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const { puzzle, done } = box.dataset;
  const bits = Math.min(32, Number(box.dataset.bits));
  let answer = 0;
  const slice = () => {
    const until = performance.now() + 14;
    while (performance.now() < until) {
      for (let i = 0; i < 64; i += 1, answer += 1) {
        if (Math.clz32(firstWord(`${puzzle}.${answer}`)) >= bits) {
          field.value = `${puzzle}.${answer}`;
          status.textContent = done;
          box.dispatchEvent(new Event("solved"));
          return;
        }
      }
    }
    setTimeout(slice);
  };
  slice();
}

for (const box of document.querySelectorAll("[data-puzzle]")) {
  const form = box.closest("form");
  let solved = false;
  let waiting = false;
  box.addEventListener("solved", () => {
    solved = true;
    if (waiting) form.requestSubmit();
  });
  // Sent too early: wait for the answer, then send by itself.
  form.addEventListener("submit", (event) => {
    if (solved) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = true;
    form.querySelector('[type="submit"]').setAttribute("aria-busy", "true");
  });
  solve(box);
}
