// What a file of journeys stands on: one server, a browser where one is wanted, and a mailbox where letters go out.
import { after, before } from "node:test";
import { assertQuiet, launchBrowser, newPerson } from "./browser.mjs";
import { MailPeer } from "./mail.mjs";
import { Portal } from "./pages.mjs";
import { Server } from "./server.mjs";
import { lend } from "./tour.mjs";

/**
 * Puts it up before the file's first test and takes it down after its last. What it returns has `server`, `browser`
 * and `mail` once the first test runs.
 * @param {object} [options] what `Server.start` takes, and:
 * @param {boolean} [options.mail] letters go to a real mail server
 * @param {boolean} [options.browser] false for journeys over plain HTTP
 * @param {(here: object) => Promise<void>} [options.prepare] what else there is before the first test
 */
export function stage({ mail = false, browser = true, prepare = async () => {}, ...options } = {}) {
  const here = {
    /** A browser of somebody new. */
    newPerson: (how) => newPerson(here.browser, here.server, how),

    /** The same with a page open, and with the cookies of a plain client where one is given. */
    async visitor(client, how) {
      const context = await here.newPerson(how);
      if (client) await lend(context, here.server, client);
      return new Portal(await context.newPage(), here.server.clock);
    },

    /** Closes somebody's browser, which must have kept quiet. */
    async leave(portal) {
      const context = portal.page.context();
      assertQuiet(context);
      await context.close();
    },
  };
  before(async () => {
    if (mail) here.mail = await MailPeer.start();
    here.server = await Server.start({ ...options, mail: here.mail });
    if (browser) here.browser = await launchBrowser();
    await prepare(here);
  });
  after(async () => {
    await here.browser?.close();
    try {
      await here.server?.stop();
    } finally {
      await here.mail?.stop();
    }
  });
  return here;
}
