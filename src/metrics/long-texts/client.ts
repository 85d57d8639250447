import { createWorkerProcess, WorkerFailure, type WorkerProcess } from "../../base/workers/worker-process.ts";
import type { MetricOrigin, Scorable, Score } from "../metric.ts";
import { LONG_TEXTS_COMMAND, SCORE_MS, type ScoreOrder, type ScoreReport } from "./protocol.ts";

const PROGRAM = { command: LONG_TEXTS_COMMAND, source: new URL("./worker.ts", import.meta.url) };
/** An idle process is stopped after this time, which frees its memory. */
const IDLE_MS = 30_000;
/** The process may die through no fault of the text that it scores. */
const ATTEMPTS = 2;
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
export function createLongTexts(idle_ms = IDLE_MS): LongTexts {
  let worker: WorkerProcess<ScoreOrder, ScoreReport> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function stop(): void {
    void worker?.kill();
    worker = undefined;
  }

  async function attempt(order: ScoreOrder): Promise<ScoreReport | WorkerFailure> {
    try {
      if (!worker || worker.isGone) worker = createWorkerProcess<ScoreOrder, ScoreReport>(PROGRAM);
      return await worker.perform(order, SCORE_MS);
    } catch (error) {
      if (error instanceof WorkerFailure) return error;
      throw error;
    }
  }

  async function perform(order: ScoreOrder, signal: AbortSignal | undefined): Promise<Score> {
    let reason = "";
    for (let count = 0; count < ATTEMPTS; count++) {
      signal?.throwIfAborted();
      const report = await attempt(order);
      if ("score" in report) return report.score;
      if ("fault" in report) throw new Error(`${order.metric.name}: ${report.fault}`);
      if (report.reason === "late") return { value: null, reason: TOO_SLOW };
      reason = report.message;
    }
    return { value: null, reason: `these texts could not be scored: ${reason}` };
  }

  return {
    /** Waits for the scores before this one. */
    async score(metric, sample, signal) {
      clearTimeout(idle);
      waiting++;
      const turn = last.then(() => perform({ metric, sample }, signal));
      last = turn.catch(() => undefined);
      try {
        return await turn;
      } finally {
        if (--waiting === 0) idle = setTimeout(stop, idle_ms).unref();
      }
    },
    get pid() {
      return worker && !worker.isGone ? worker.pid : undefined;
    },
  };
}

/** The process that all metrics share. */
export const longTexts: LongTexts = createLongTexts();
