// axe-core on every page that Telegram, calls and SMS brought with them, and a picture of each.
import { test } from "node:test";
import { assertSound } from "../lib/axe.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { stage } from "../lib/stage.mjs";
import { tourOfMessenger } from "../lib/tour_of_messenger.mjs";

const here = stage({ command: "demo", turned: true });

test("ALL-8 axe finds nothing on the pages of the preset messenger", async (t) => {
  let context;
  const fresh = async () => (context = await here.newPerson());
  const look = (page, name) => t.test(`ALL-8 ${name}`, () => assertSound(page, name));
  await tourOfMessenger(here.server, fresh, look);
  assertQuiet(context);
});
