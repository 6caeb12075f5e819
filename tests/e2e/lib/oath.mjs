// The person's phone: RFC 6238 codes made by oathtool, an implementation that is not ours.
import { run } from "./command.mjs";
import { REAL } from "./clock.mjs";

const STEP = 30_000;
/** Ample time between reading a code and its arrival, also on a busy machine. */
const LASTS = 10_000;

export const currentStep = (now = Date.now()) => Math.floor(now / STEP);

export class Phone {
  /**
   * @param {string} secret base32, spaces allowed
   * @param {{now: () => number, reach: (moment: number, what: string) => Promise<void>}} [clock] what it goes by
   */
  constructor(secret, clock = REAL) {
    this.secret = secret.replace(/\s/g, "");
    this.clock = clock;
    /** The newest step whose code was handed out: a server accepts only later ones. */
    this.lastStep = -Infinity;
  }

  /** Makes a phone from what the QR code says. */
  static scan(otpauth, clock) {
    const uri = new URL(otpauth);
    const phone = new Phone(uri.searchParams.get("secret"), clock);
    phone.uri = uri;
    return phone;
  }

  /** The code of a moment `seconds` away from now; negative: a slow clock, or somebody slow. */
  async codeAt(seconds) {
    const moment = Math.floor(this.clock.now() / 1000) + seconds;
    const at = `${new Date(moment * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
    const { stdout } = await run("oathtool", ["--totp", "-b", "--now", at, "-"], { input: this.secret });
    this.lastStep = Math.max(this.lastStep, currentStep(moment * 1000));
    return stdout.trim();
  }

  /** What the screen shows now, used or not. */
  shown() {
    return this.codeAt(0);
  }

  /** A code later than all that were handed out; waits for the next step (up to 30 s) where it must, or turns the clock. */
  async fresh() {
    if (currentStep(this.clock.now()) <= this.lastStep) {
      await this.clock.reach((this.lastStep + 1) * STEP, "the next code");
    }
    return this.shown();
  }

  /**
   * The code of the step before this one. Set-up accepts it as that of a clock half a minute slow, and the
   * present code is then still unused: tests that enrol with it need not wait for the next step. Where this step
   * is nearly over it waits for its end: sent in the next step, the code would be that of a clock a whole minute
   * slow, and the server, which learns that, would rightly refuse the present code afterwards.
   */
  async slow() {
    const now = this.clock.now();
    if (STEP - (now % STEP) <= LASTS) await this.clock.reach((currentStep(now) + 1) * STEP, "a step that lasts");
    return this.codeAt(-30);
  }

  /** A code that is wrong for every step near now. */
  async wrong() {
    const near = new Set();
    for (let step = -12; step <= 12; step += 1) near.add((await this.#peek(step * 30)));
    let candidate = 0;
    while (near.has(String(candidate).padStart(6, "0"))) candidate += 1;
    return String(candidate).padStart(6, "0");
  }

  async #peek(seconds) {
    const kept = this.lastStep;
    const code = await this.codeAt(seconds);
    this.lastStep = kept;
    return code;
  }
}
