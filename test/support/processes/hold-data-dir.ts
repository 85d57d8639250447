/** Takes the lock of the folder given, says `held` or `refused`, and lives on until it is killed. */
import { DataDirLocked } from "../../../src/store/file/database-error.ts";
import { lockData } from "../../../src/store/file/lock.ts";

const [data_dir = ""] = Bun.argv.slice(2);
try {
  await lockData(data_dir, null);
  // The lock must not hang on somebody's keeping a reference to it.
  Bun.gc(true);
  console.log("held");
  setInterval(() => undefined, 1_000);
} catch (error) {
  if (!(error instanceof DataDirLocked)) throw error;
  console.log("refused");
}
