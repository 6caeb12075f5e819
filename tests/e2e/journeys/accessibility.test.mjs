// axe-core on every page, in both colour schemes and on both screens, and a picture of each for human eyes.
import { test } from "node:test";
import { assertSound } from "../lib/axe.mjs";
import { assertQuiet } from "../lib/browser.mjs";
import { stage } from "../lib/stage.mjs";
import { tour } from "../lib/tour.mjs";

const here = stage({ openSignUp: true });

test("ALL-8 axe finds nothing on any page, light and dark, on a phone and on a desktop", async (t) => {
  let context;
  const fresh = async () => (context = await here.newPerson());
  await tour(here.server, fresh, (page, name) => t.test(`ALL-8 ${name}`, () => assertSound(page, name)));
  assertQuiet(context);
});
