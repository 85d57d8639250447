import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { configFromEnvironment } from "../config/index.ts";
import { BACKUP_PATH } from "../domain/operator-paths.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, OperationFailed } from "./operator.ts";

const USAGE = "backup FILE";

/** A command makes the database it does not find, and a copy of nothing would pass for a backup. */
function requireDatabase(url: string): void {
  if (!url.startsWith("file:")) return;
  const path = url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
  if (!existsSync(path)) throw new OperationFailed(`There is no database at ${path}.`);
}

export const backup: Command = {
  name: "backup",
  usage: USAGE,
  summary: "Copy the database into a new file, also while the server runs.",
  async run(argv) {
    const { positionals } = readArguments({ options: {}, allowPositionals: true }, argv, USAGE);
    const [file, ...rest] = positionals;
    if (!file || rest.length > 0) throw new UsageError(`Usage: ${USAGE}`);
    requireDatabase(configFromEnvironment().database_url);
    await asOperator(async (operate) =>
      print(JSON.stringify(await operate("POST", BACKUP_PATH, { file: resolve(file) }))),
    );
    return 0;
  },
};
