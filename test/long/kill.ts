import assert from "node:assert/strict";
import type { Part } from "./support/part.ts";
import { BASELINES, QUESTIONS, uploadQuestions } from "./support/questions.ts";
import { runWithKills } from "./support/run-with-kills.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const KILLS = 5;

export const kill: Part = {
  name: "kill",
  description: `${KILLS} × kill -9 while four null models answer ${QUESTIONS} questions: each trial has one row in the end`,
  run: () =>
    inTemporaryFolder(async (data_dir) => {
      const report = await runWithKills({
        data_dir,
        kills: KILLS,
        seed: 1,
        prepare: async (server) => ({ dataset: await uploadQuestions(server), providers: BASELINES }),
      });
      assert.equal(report.kills, KILLS);
      assert.equal(report.trials, BASELINES.length * QUESTIONS);
      return { ...report };
    }),
};
