import { createAccountStore } from "./accounts.ts";
import { createBenchmarkStore } from "./benchmarks.ts";
import { createCompletionStore } from "./completions.ts";
import { createDatasetStore } from "./datasets.ts";
import { createEvaluationStore } from "./evaluations.ts";
import { createEventStore } from "./events.ts";
import { inspectDatabase } from "./file/inspect.ts";
import { newestRowTime } from "./file/newest-row.ts";
import { newRunNumber, stampFile } from "./file/run-number.ts";
import { createHoldStore } from "./holds.ts";
import { createListedTrialStore } from "./listing/listed-trials.ts";
import { type DatabaseOptions, openDatabase } from "./open.ts";
import { createPastTrialStore } from "./past-trials.ts";
import { createPluginStore } from "./plugins.ts";
import { createResponseStore } from "./responses.ts";
import { createSampleContentStore } from "./samples/sample-contents.ts";
import { createSampleFieldStore } from "./samples/sample-fields.ts";
import { createSampleTextStore } from "./samples/sample-texts.ts";
import { createTrialStore } from "./trials.ts";

/** Opens the database and returns its queries by noun. Throws as `openDatabase` does. */
export async function openStore(options: DatabaseOptions) {
  const database = await openDatabase(options);
  return {
    accounts: createAccountStore(database),
    completions: createCompletionStore(database),
    evaluations: createEvaluationStore(database),
    datasets: createDatasetStore(database),
    benchmarks: createBenchmarkStore(database),
    trials: createTrialStore(database),
    listedTrials: createListedTrialStore(database),
    holds: createHoldStore(database),
    pastTrials: createPastTrialStore(database),
    sampleContents: createSampleContentStore(database),
    sampleFields: createSampleFieldStore(database),
    sampleTexts: createSampleTextStore(database),
    responses: createResponseStore(database),
    plugins: createPluginStore(database),
    events: createEventStore(database),
    migration_copy: database.migration_copy,
    /** Writes a consistent copy of the database to a new file, while reads and writes continue. */
    async backUpTo(file: string): Promise<void> {
      await database.client.execute({ sql: "VACUUM INTO ?", args: [file] });
      // Another number than the database's own, so that the log of this run is never taken for the copy's.
      stampFile(file, newRunNumber());
    },
    was_checked: database.was_checked,
    storage: database.storage,
    /** Reads the whole database, and returns what it found. Blocks the event loop meanwhile. */
    inspect: () => inspectDatabase(database.client),
    newestRowTime: () => newestRowTime(database.client),
    ping: () => database.client.execute("SELECT 1"),
    close: database.close,
  };
}

export type Store = Awaited<ReturnType<typeof openStore>>;
