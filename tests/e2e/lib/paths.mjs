// Where things are. Everything that a machine may want otherwise is an environment variable.
import { fileURLToPath } from "node:url";
import path from "node:path";

export const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
export const E2E = path.join(REPOSITORY, "tests/e2e");
export const SCREENSHOTS = path.join(E2E, "screenshots");
export const POSTGRES_SCRIPT = path.join(REPOSITORY, "scripts/postgres");
export const OIDC_SCRIPT = path.join(REPOSITORY, "tests/peers/oidc.mjs");
export const TELEGRAM_SCRIPT = path.join(REPOSITORY, "tests/peers/telegram/peer.mjs");
export const SMPP_SCRIPT = path.join(REPOSITORY, "tests/peers/smpp/centre.mjs");
export const SMTP_SCRIPT = path.join(REPOSITORY, "scripts/smtp-peer");

/** The server under test. */
export const BINARY = process.env.COUNTERSIGN_BIN ?? path.join(REPOSITORY, "target/debug/countersign");
/** Debian's browser; no browser is ever downloaded. */
export const CHROMIUM = process.env.COUNTERSIGN_CHROMIUM ?? "/usr/bin/chromium";
/** "sqlite" or "postgres": what the journeys that run on both use this time. */
export const DATABASE = process.env.COUNTERSIGN_E2E_DATABASE ?? "sqlite";
/** A cluster in which databases may be made, as `scripts/postgres run` sets it. */
export const POSTGRES_URL = process.env.COUNTERSIGN_TEST_POSTGRES;
