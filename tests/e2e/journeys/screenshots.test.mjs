// A picture of every page in every look, for human eyes.
import { test } from "node:test";
import { shoot } from "../lib/shots.mjs";
import { stage } from "../lib/stage.mjs";
import { tour } from "../lib/tour.mjs";

const here = stage({ openSignUp: true });

test("every page has its picture at 390 and 1280 pixels, light and dark", async () => {
  await tour(here.server, () => here.newPerson(), shoot);
});
