// Waiting without fixed sleeps: look, and look again soon.
import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks `look` until it answers something truthy, and returns that answer.
 * @param {string} what names the awaited thing in the error
 * @param {() => Promise<T> | T} look may throw: that counts as "not yet" and is told if time runs out
 * @param {{within?: number, every?: number}} [limits] milliseconds
 * @template T
 */
export async function until(what, look, { within = 15_000, every = 50 } = {}) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    try {
      const answer = await look();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${within} ms`, { cause: last });
    await pause(every);
  }
}
