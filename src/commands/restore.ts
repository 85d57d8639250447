import { resolve } from "node:path";
import { configFromEnvironment } from "../config/index.ts";
import { databasePath } from "../store/file/database-path.ts";
import { lockData } from "../store/file/lock.ts";
import { restoreFile } from "../store/file/restore.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { OperationFailed } from "./operator.ts";

const USAGE = "restore FILE";

export const restore: Command = {
  name: "restore",
  usage: USAGE,
  summary: "Put a backup in the place of the database, which is kept beside it. The server must be stopped.",
  async run(argv) {
    const { positionals } = readArguments({ options: {}, allowPositionals: true }, argv, USAGE);
    const [backup, ...rest] = positionals;
    if (!backup || rest.length > 0) throw new UsageError(`Usage: ${USAGE}`);
    const { data_dir, database_url } = configFromEnvironment();
    const file = databasePath(database_url);
    if (file === null)
      throw new OperationFailed("The database is on a libSQL server. Restore its backup there.");
    const lock = await lockData(data_dir, file);
    try {
      print(JSON.stringify(await restoreFile(resolve(backup), resolve(file))));
    } finally {
      await lock.release();
    }
    return 0;
  },
};
