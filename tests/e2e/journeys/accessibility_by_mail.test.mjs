// axe-core on every page that letters brought with them, and a picture of each.
import { test } from "node:test";
import { assertSound } from "../lib/axe.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { stage } from "../lib/stage.mjs";
import { tourOfEither, tourWithKey } from "../lib/tour_by_mail.mjs";

for (const [preset, tour] of [["email-with-recovery-key", tourWithKey], ["email-or-authenticator", tourOfEither]]) {
  const here = stage({ mail: true, openSignUp: true, preset });

  test(`ALL-8 axe finds nothing on the pages of ${preset}`, async (t) => {
    let context;
    const fresh = async () => (context = await here.newPerson());
    await tour(here.server, fresh, (page, name) => t.test(`ALL-8 ${name}`, () => assertSound(page, name)));
    assertQuiet(context);
  });
}
