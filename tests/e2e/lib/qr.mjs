// Reads a QR code as a phone does: from what is on the screen.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { run } from "./command.mjs";

/** Cuts the element out of a screenshot and returns what its QR code says. */
export async function readQr(locator) {
  await locator.scrollIntoViewIfNeeded();
  return readQrImage(await locator.screenshot());
}

/** @param {Buffer} png */
export async function readQrImage(png) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "countersign-qr-"));
  try {
    const file = path.join(folder, "qr.png");
    await writeFile(file, png);
    const { stdout } = await run("zbarimg", ["--nodbus", "--quiet", "--raw", file]);
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
