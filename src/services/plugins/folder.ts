import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError, badField } from "../../base/errors.ts";
import { type PluginUpload, readFiles } from "./upload.ts";

export const MANIFEST_FILE = "manifest.json";
const CODE_FILES = ["plugin.js", "plugin.wasm"] as const;

/** The plugin in a folder: `manifest.json`, and `plugin.js` or `plugin.wasm`. BAD_REQUEST says what is wrong. */
export function readPluginFolder(path: string): PluginUpload {
  const manifest = join(path, MANIFEST_FILE);
  if (!existsSync(manifest)) throw badField(MANIFEST_FILE, "is missing");
  const [code, second] = CODE_FILES.filter((name) => existsSync(join(path, name)));
  if (code === undefined || second !== undefined)
    throw badField("plugin.js", `there must be either ${CODE_FILES.join(" or ")}`);
  return readFiles(readFileSync(manifest, "utf8"), readFileSync(join(path, code)));
}

/** The folders in a folder, none if it is not there. */
export function pluginFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name))
    .sort();
}

export const isExplained = (error: unknown): error is AppError => error instanceof AppError;
