// What reaches telephones in a journey: a trunk with real telephones, a short message centre, and the server's settings for
// both.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { TRUNK, Telephone, Trunk } from "./sip.mjs";
import { SmsCentre } from "./smpp.mjs";

/** The numbers that call all begin so. */
export const CALLS_BEGIN_WITH = "+49302312";
/** Who calls a number that begins so hears that the line is busy, or the phone out of reach. */
export const BUSY = "+49170000486";
export const OUT_OF_REACH = "+49170000480";

/** How long a telephone rings. */
export const RING_SECONDS = 6;

let counter = 0;

/** A mobile number that nobody else has; without a beginning of its own each of another thousand, as these are counted together. */
export function newNumber(begin) {
  counter += 1;
  const distinct = String((counter * 37) % 100).padStart(2, "0");
  return begin ? `${begin}${distinct}` : `+4917${distinct}123${String(1_000 + counter)}`;
}

export class Phones {
  #folder;
  #telephones = [];

  /** @param {{trunk?: boolean, sms?: boolean, password?: string}} [how] `password`: what the server shows the trunk */
  static async start({ trunk = true, sms = true, password = TRUNK.password } = {}) {
    const phones = new Phones();
    if (trunk) phones.trunk = await Trunk.start();
    if (sms) phones.centre = await SmsCentre.start();
    phones.#folder = await mkdtemp(path.join(os.tmpdir(), "countersign-phones-"));
    phones.settings = path.join(phones.#folder, "countersign.toml");
    await writeFile(phones.settings, phones.#text(password));
    return phones;
  }

  /** What the server is started with. */
  get args() {
    return ["--config", this.settings];
  }

  /** A telephone of this number at the trunk. */
  async telephone(number = newNumber()) {
    const telephone = await Telephone.start({ number, trunk: this.trunk });
    this.#telephones.push(telephone);
    return telephone;
  }

  async stop() {
    for (const telephone of this.#telephones) await telephone.stop();
    await this.trunk?.stop();
    await this.centre?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #text(password) {
    const parts = ['[phone]\nhome = "DE"\ndaily_budget = "none"\n'];
    if (this.trunk) {
      parts.push(
        `[calls]\npool = ["${CALLS_BEGIN_WITH}5000-${CALLS_BEGIN_WITH}5299"]\n`,
        `[[calls.trunks]]\nname = "main"\nhost = "127.0.0.1:${this.trunk.port}"\ntransport = "udp"`,
        `user = "${TRUNK.user}"\npassword = "${password}"\ndomain = "${TRUNK.domain}"`,
        `ring_seconds = ${RING_SECONDS}\nmax_wait_seconds = 5\ncalls_per_second = 50\n`,
      );
    }
    if (this.centre) {
      const { host, port, systemId, password: secret } = this.centre;
      parts.push(
        `[[sms.routes]]\nname = "centre"\nprotocol = "smpp"\nhost = "${host}"\nport = ${port}\ntls = false`,
        `system_id = "${systemId}"\npassword = "${secret}"\nsender = "Example"\ntimeout_seconds = 5\n`,
      );
    }
    return parts.join("\n");
  }
}
