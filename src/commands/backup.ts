import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { configFromEnvironment } from "../config/index.ts";
import { BACKUP_PATH } from "../domain/operator-paths.ts";
import { databasePath } from "../store/file/database-path.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, OperationFailed } from "./operator.ts";

const USAGE = "backup FILE";

/** Throws OperationFailed if there is no database. A command would create an empty one, and back that up. */
function requireDatabase(url: string): void {
  const path = databasePath(url);
  if (path !== null && !existsSync(path))
    throw new OperationFailed(`No database at ${path}: check DATA_DIR and DATABASE_URL.`);
}

export const backup: Command = {
  name: "backup",
  usage: USAGE,
  summary: "Copy the database to a new file. The server may be running.",
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
