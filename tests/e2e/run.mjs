// Runs tests and tells how many passed: `node run.mjs [FOLDER] [NAME…]`. FOLDER is journeys (the default),
// fuzz or self-test; a NAME is part of a file's name. COUNTERSIGN_E2E_RESULT names a file for the counts.
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { E2E } from "./lib/paths.mjs";

const names = process.argv.slice(2);
const isFolder = ["journeys", "fuzz", "self-test"].includes(names[0]);
const folder = isFolder ? names[0] : "journeys";
const wanted = isFolder ? names.slice(1) : names;
const files = readdirSync(path.join(E2E, folder))
  .filter((file) => file.endsWith(".test.mjs"))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)))
  .map((file) => path.join(E2E, folder, file));

const counts = { passed: 0, failed: 0, skipped: 0 };
if (files.length === 0) {
  console.error(`no file has "${wanted.join('" or "')}" in its name`);
  process.exit(2);
}

// Until the counts are in, ending is a failure, whatever ends this process.
process.exitCode = 1;
// Two files at a time: much of a journey is waiting, for the next code above all, and two cores carry two of them.
const stream = run({ files, concurrency: 2, timeout: 600_000 });
// Some versions of Node tell of each file as if it were a test around the others. Such a report counts only
// where nothing inside the file was told: then the file itself is what failed (it does not load, say).
const told = new Map();
const isFile = ({ name }) => files.includes(path.resolve(name));
stream.on("test:pass", (event) => {
  if (event.details.type === "suite" || isFile(event)) return;
  if (event.skip !== undefined || event.todo !== undefined) counts.skipped += 1;
  else counts.passed += 1;
});
stream.on("test:fail", (event) => {
  if (event.details.type === "suite") return;
  const file = isFile(event) ? path.resolve(event.name) : event.file;
  if (!isFile(event)) told.set(file, true);
  if (!isFile(event) || !told.has(file)) counts.failed += 1;
});
stream.on("end", () => {
  if (process.env.COUNTERSIGN_E2E_RESULT) writeFileSync(process.env.COUNTERSIGN_E2E_RESULT, JSON.stringify(counts));
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
});
stream.compose(new spec()).pipe(process.stdout);
