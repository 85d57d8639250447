import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AppError } from "../base/errors.ts";
import { PLUGIN_NAME_PATTERN, PLUGIN_TYPES, type PluginType } from "../domain/plugin.ts";
import AUTHORS from "../plugins/AUTHORS.md" with { type: "text" };
import { createSandbox } from "../plugins/sandbox/pool.ts";
import { checkPlugin } from "../services/plugins/check.ts";
import { readPluginFolder } from "../services/plugins/folder.ts";
import type { PluginUpload } from "../services/plugins/upload.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, OperationFailed } from "./operator.ts";
import { starterFiles } from "./plugin-starter.ts";

const USAGE =
  "plugin new NAME [--kind evaluator|transform|custom] | plugin check FOLDER | plugin install FOLDER | plugin list | plugin docs";

const isType = (kind: string): kind is PluginType => (PLUGIN_TYPES as readonly string[]).includes(kind);

/** Returns the folder of a plugin, given the folder or a file in it. */
function folderOf(path: string): string {
  if (!existsSync(path)) throw new UsageError(`No file or folder at ${path}.`);
  return statSync(path).isDirectory() ? path : dirname(path);
}

/** Runs the work and turns the server's errors into errors whose message is enough for the author. */
async function withPlainErrors<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? new OperationFailed(error.message) : error;
  }
}

function writeStarter(path: string, kind: string): void {
  const name = basename(resolve(path));
  if (!new RegExp(PLUGIN_NAME_PATTERN).test(name))
    throw new UsageError(`'${name}' can't be a plugin's name: it must match ${PLUGIN_NAME_PATTERN}.`);
  if (!isType(kind)) throw new UsageError(`--kind must be one of ${PLUGIN_TYPES.join(", ")}.`);
  if (existsSync(path)) throw new UsageError(`${path} exists already: choose another name.`);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(starterFiles(name, kind))) writeFileSync(join(path, file), text);
  print(`Created ${path} (${kind}). Edit plugin.js and manifest.json, then run \`plugin check ${path}\`.`);
}

async function check(path: string): Promise<void> {
  const upload = await withPlainErrors(() => readPluginFolder(folderOf(path)));
  const sandbox = createSandbox({ workers: 1 });
  try {
    await withPlainErrors(() => checkPlugin(sandbox, upload));
  } finally {
    await sandbox.stop();
  }
  print(describeChecked(upload));
}

function describeChecked({ manifest, language, code_bytes }: PluginUpload): string {
  const { name, version, plugin_type, example } = manifest;
  const tried = example
    ? "Its example gave the expected output."
    : "It has no example, so its code was not run.";
  return `${name} ${version} can be installed: ${plugin_type}, ${language}, ${code_bytes} bytes. ${tried}`;
}

async function install(path: string): Promise<void> {
  const { manifest, language, code } = await withPlainErrors(() => readPluginFolder(folderOf(path)));
  const body = { manifest, [language === "wasm" ? "wasm" : "source"]: code };
  await asOperator(async (operate) => print(JSON.stringify(await operate("POST", "/v1/plugins", body))));
}

const list = () =>
  asOperator(async (operate) => print(JSON.stringify(await operate("GET", "/v1/plugins?page_size=100"))));

async function perform(verb: string, path: string | undefined, kind: string): Promise<void> {
  if (verb === "list" && path === undefined) return list();
  if (verb === "docs" && path === undefined) return print(AUTHORS.trimEnd());
  if (path === undefined) throw new UsageError(`Usage: ${USAGE}`);
  if (verb === "new") return writeStarter(path, kind);
  if (verb === "check") return check(path);
  if (verb === "install") return install(path);
  throw new UsageError(`Usage: ${USAGE}`);
}

export const plugin: Command = {
  name: "plugin",
  usage: USAGE,
  summary:
    "Create a plugin's files, check them as the server does, install the plugin, list plugins, or print the manual.",
  async run(argv) {
    const options = { kind: { type: "string", default: "evaluator" } } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const [verb = "", path, ...rest] = positionals;
    if (rest.length > 0) throw new UsageError(`Usage: ${USAGE}`);
    await perform(verb, path, values.kind);
    return 0;
  },
};
