import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeWholeFile } from "../base/whole-file.ts";
import { ConfigError } from "./setting-types.ts";
import { SECRET_BYTES, settingOf } from "./settings.ts";

const SECRET_FILE = "jwt-secret";

/** The file system's own message says why, such as "ENOSPC: no space left on device". */
const unusable = (error: unknown): ConfigError =>
  new ConfigError("DATA_DIR", `can't be used (${(error as Error).message})`, settingOf("DATA_DIR")?.example);

/** Creates DATA_DIR if it is missing, and returns its absolute path. Throws ConfigError if it cannot be used. */
export function openDataDir(path: string): string {
  const data_dir = resolve(path);
  try {
    mkdirSync(data_dir, { recursive: true, mode: 0o700 });
    accessSync(data_dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(error);
  }
  return data_dir;
}

function makeSecret(file: string): void {
  try {
    writeWholeFile(file, randomBytes(SECRET_BYTES).toString("hex"));
  } catch (error) {
    throw unusable(error);
  }
}

/**
 * Returns the signing secret kept in DATA_DIR. It is made on the first start, so that tokens outlive a restart. Throws
 * ConfigError if it can't be written, such as on a full disk; then no part of it is left behind.
 */
export function keptSecret(data_dir: string): string {
  const file = join(data_dir, SECRET_FILE);
  if (!existsSync(file)) makeSecret(file);
  const kept = readFileSync(file, "utf8").trim();
  if (Buffer.byteLength(kept) >= SECRET_BYTES) return kept;
  throw new ConfigError(
    "JWT_SECRET",
    `is read from ${file}, which has fewer than ${SECRET_BYTES} bytes: delete the file, and the server makes a new secret`,
  );
}
