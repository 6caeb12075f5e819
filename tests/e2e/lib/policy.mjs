// The organisation's security policy, changed as an administrator changes it: reviewed, its risks read, put into force.
import assert from "node:assert/strict";
import { stepUp } from "./accounts.mjs";
import { csrfOf } from "./http.mjs";
import { routes } from "./routes.mjs";

/**
 * Changes rules. What is so already stays.
 * @param {object} administrator one of `staff`
 * @param {Record<string, string>} rules by their field's name, as the editor has them; `preset`: a whole preset
 */
export async function setPolicy(administrator, rules) {
  const { client } = administrator;
  const review = `${routes.policyReview}?${new URLSearchParams(rules)}`;
  let page = await client.get(review);
  if (page.location?.startsWith(routes.stepUp)) {
    await stepUp(administrator);
    page = await client.get(review);
  }
  assert.equal(page.status, 200, `the review answered ${page.status}: ${page.words.slice(0, 600)}`);
  if (!page.body.includes('name="policy"')) {
    assert.match(page.words, /Nothing would change/, page.words.slice(0, 800));
    return;
  }
  const hidden = (name) => unescaped(page.body.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1]);
  const fields = { version: hidden("version"), policy: hidden("policy"), reason: "A journey" };
  if (rules.preset) fields.preset = rules.preset;
  for (const [, risk] of page.body.matchAll(/name="(risk-[\w-]+)"/g)) fields[risk] = "on";
  const done = await client.post(routes.policy, { csrf: csrfOf(page.body), ...fields });
  assert.equal(done.status, 303, `the policy was refused: ${done.status} ${done.words.slice(0, 800)}`);
  assert.ok(!done.location.startsWith(routes.stepUp), "the proof of a moment ago counts");
}

/** A moment as the editor's box takes it, in UTC. */
export function boxed(moment) {
  return new Date(moment).toISOString().slice(0, 16);
}

function unescaped(text) {
  assert.ok(text !== undefined, "the review carries it along");
  return text.replaceAll("&quot;", '"').replaceAll("&#34;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&").replaceAll("&#38;", "&");
}
