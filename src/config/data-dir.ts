import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigError } from "./setting-types.ts";
import { SECRET_BYTES, settingOf } from "./settings.ts";

const SECRET_FILE = "jwt-secret";

/** Creates DATA_DIR if it is missing, and returns its absolute path. Throws ConfigError if it cannot be used. */
export function openDataDir(path: string): string {
  const data_dir = resolve(path);
  try {
    mkdirSync(data_dir, { recursive: true, mode: 0o700 });
    accessSync(data_dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const fault = `can't be used (${(error as Error).message})`;
    throw new ConfigError("DATA_DIR", fault, settingOf("DATA_DIR")?.example);
  }
  return data_dir;
}

/** Returns the signing secret kept in DATA_DIR. It is made on the first start, so that tokens outlive a restart. */
export function keptSecret(data_dir: string): string {
  const file = join(data_dir, SECRET_FILE);
  if (!existsSync(file)) writeFileSync(file, randomBytes(SECRET_BYTES).toString("hex"), { mode: 0o600 });
  const kept = readFileSync(file, "utf8").trim();
  if (Buffer.byteLength(kept) >= SECRET_BYTES) return kept;
  throw new ConfigError(
    "JWT_SECRET",
    `is read from ${file}, which has fewer than ${SECRET_BYTES} bytes: delete the file, and the server makes a new secret`,
  );
}
