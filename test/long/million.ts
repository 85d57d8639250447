import assert from "node:assert/strict";
import { measureLoad } from "./support/load.ts";
import { type Part, requireLinux } from "./support/part.ts";
import { BASELINES, uploadQuestions } from "./support/questions.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const TRIALS = 1_000_000;

/** As many trials as one benchmark may have. */
export const million: Part = {
  name: "million",
  description:
    "A benchmark of a million trials: its rate, the server's memory, and how quickly /health answers",
  async run() {
    requireLinux();
    return inTemporaryFolder(async (data_dir) => {
      const report = await measureLoad(data_dir, async (server) => ({
        dataset: await uploadQuestions(server),
        providers: BASELINES,
        iterations: TRIALS / BASELINES.length,
      }));
      assert.equal(report.trials, TRIALS);
      return { ...report };
    });
  },
};
