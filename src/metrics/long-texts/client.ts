import { createSharedWorker } from "../../base/workers/shared-worker.ts";
import { WorkerFailure } from "../../base/workers/worker-process.ts";
import type { MetricOrigin, Scorable, Score } from "../metric.ts";
import { LONG_TEXTS_COMMAND, SCORE_MS, type ScoreOrder, type ScoreReport } from "./protocol.ts";

const PROGRAM = { command: LONG_TEXTS_COMMAND, source: new URL("./worker.ts", import.meta.url) };
/** Texts of a sample with more characters than this are scored in the process: there the slowest metric takes milliseconds. */
const SHORT_MAX = 4_000;

const TOO_SLOW = `scoring these texts took longer than ${SCORE_MS / 1000} s`;

/** Returns the number of characters that a metric reads. */
export const charactersOf = ({ input, output, expected = [], context = [] }: Scorable): number =>
  [output, ...expected, ...context].reduce((sum, text) => sum + text.length, input.length);

export const isLong = (sample: Scorable): boolean => charactersOf(sample) > SHORT_MAX;

export interface LongTexts {
  /** Scores a sample by a metric in another process. Throws the signal's reason if the caller has left. */
  score(metric: MetricOrigin, sample: Scorable, signal?: AbortSignal): Promise<Score>;
  /** The id of the running process; undefined if none runs. */
  readonly pid: number | undefined;
}

/**
 * Creates the scoring of long texts, which would hold the event loop for up to seconds. One process starts at the first
 * use and scores one text after another.
 */
export function createLongTexts(idle_ms?: number): LongTexts {
  const worker = createSharedWorker<ScoreOrder, ScoreReport>({
    program: PROGRAM,
    time_ms: SCORE_MS,
    idle_ms,
  });
  return {
    async score(metric, sample, signal) {
      const report = await worker.perform({ metric, sample }, signal);
      if (report instanceof WorkerFailure) return { value: null, reason: reasonOf(report) };
      if ("fault" in report) throw new Error(`${metric.name}: ${report.fault}`);
      return report.score;
    },
    get pid() {
      return worker.pid;
    },
  };
}

const reasonOf = ({ reason, message }: WorkerFailure): string =>
  reason === "late" ? TOO_SLOW : `these texts could not be scored: ${message}`;

/** The process that all metrics share. */
export const longTexts: LongTexts = createLongTexts();
