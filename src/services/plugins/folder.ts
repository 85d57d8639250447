import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { badField } from "../../base/errors.ts";
import { type PluginUpload, readFiles } from "./upload.ts";

export const MANIFEST_FILE = "manifest.json";
const CODE_FILES = ["plugin.js", "plugin.wasm"] as const;

/** Reads the plugin in a folder: `manifest.json`, and `plugin.js` or `plugin.wasm`. Throws BAD_REQUEST for a bad one. */
export function readPluginFolder(path: string): PluginUpload {
  const manifest = join(path, MANIFEST_FILE);
  if (!existsSync(manifest)) throw badField(MANIFEST_FILE, `is missing in ${path}`);
  const [code, second] = CODE_FILES.filter((name) => existsSync(join(path, name)));
  if (code === undefined || second !== undefined)
    throw badField("plugin.js", `the folder must contain exactly one of ${CODE_FILES.join(" and ")}`);
  return readFiles(readFileSync(manifest, "utf8"), readFileSync(join(path, code)));
}

/** Returns the paths of the folders in a folder; none if it does not exist. */
export function pluginFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name))
    .sort();
}
