import { createWorkerProcess, WorkerFailure, type WorkerProcess } from "../../base/workers/worker-process.ts";
import { ALGEBRA_COMMAND, COMPARISON_MS, type Comparison, LIMITS, type Verdict } from "./protocol.ts";

const PROGRAM = { command: ALGEBRA_COMMAND, source: new URL("./worker.ts", import.meta.url) };
/** An idle process is stopped after this time, which frees its memory. */
const IDLE_MS = 30_000;
/** The same answer and reference occur again and again: this many verdicts are kept. */
const KEPT_MAX = 4_000;
/** A process that dies is replaced, but not more often than this for one comparison. */
const ATTEMPTS = 2;

export interface Algebra {
  /** Compares two formulas in another process. Never rejects. */
  compare(comparison: Comparison): Promise<Verdict>;
  /** The id of the running process; undefined if none runs. */
  readonly pid: number | undefined;
}

/**
 * Creates the comparison of formulas by algebra: one process that starts at the first use, compares one pair after
 * another, and is killed if a comparison exceeds its time.
 */
export function createAlgebra(idle_ms = IDLE_MS): Algebra {
  const kept = new Map<string, Promise<Verdict>>();
  let worker: WorkerProcess<Comparison, Verdict> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function stop(): void {
    void worker?.kill();
    worker = undefined;
  }

  async function attempt(comparison: Comparison): Promise<Verdict | WorkerFailure["reason"]> {
    try {
      if (!worker || worker.isGone) worker = createWorkerProcess<Comparison, Verdict>(PROGRAM);
      return await worker.perform(comparison, COMPARISON_MS);
    } catch (error) {
      return error instanceof WorkerFailure ? error.reason : "not_started";
    }
  }

  async function perform(comparison: Comparison): Promise<Verdict> {
    for (let count = 0; count < ATTEMPTS; count++) {
      const found = await attempt(comparison);
      if (typeof found !== "string") return found;
      if (found === "late") return { equality: "different", note: LIMITS.late };
    }
    return { equality: "different", note: LIMITS.died };
  }

  /** Waits for the comparisons before this one. */
  async function inTurn(comparison: Comparison): Promise<Verdict> {
    clearTimeout(idle);
    waiting++;
    const turn = last.then(() => perform(comparison));
    last = turn;
    const verdict = await turn;
    if (--waiting === 0) idle = setTimeout(stop, idle_ms).unref();
    return verdict;
  }

  function keep(key: string, verdict: Promise<Verdict>): Promise<Verdict> {
    kept.delete(key);
    kept.set(key, verdict);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return verdict;
  }

  return {
    async compare(comparison) {
      const { answer, reference, unordered } = comparison;
      const key = JSON.stringify([answer, reference, unordered]);
      const verdict = await keep(key, kept.get(key) ?? inTurn(comparison));
      // A process that died says nothing about the formulas.
      if (verdict.note === LIMITS.died) kept.delete(key);
      return verdict;
    },
    get pid() {
      return worker && !worker.isGone ? worker.pid : undefined;
    },
  };
}

/** The process that all metrics share. */
export const algebra: Algebra = createAlgebra();
