import { createSharedWorker } from "../../base/workers/shared-worker.ts";
import { WorkerFailure } from "../../base/workers/worker-process.ts";
import { ALGEBRA_COMMAND, COMPARISON_MS, type Comparison, LIMITS, type Verdict } from "./protocol.ts";

const PROGRAM = { command: ALGEBRA_COMMAND, source: new URL("./worker.ts", import.meta.url) };
/** The same answer and reference occur again and again: this many verdicts are kept. */
const KEPT_MAX = 4_000;

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
export function createAlgebra(idle_ms?: number): Algebra {
  const kept = new Map<string, Promise<Verdict>>();
  const worker = createSharedWorker<Comparison, Verdict>({
    program: PROGRAM,
    time_ms: COMPARISON_MS,
    idle_ms,
  });

  async function judge(comparison: Comparison): Promise<Verdict> {
    const verdict = await worker.perform(comparison).catch(() => undefined);
    if (verdict && !(verdict instanceof WorkerFailure)) return verdict;
    return { equality: "different", note: verdict?.reason === "late" ? LIMITS.late : LIMITS.died };
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
      const verdict = await keep(key, kept.get(key) ?? judge(comparison));
      // A process that died says nothing about the formulas.
      if (verdict.note === LIMITS.died) kept.delete(key);
      return verdict;
    },
    get pid() {
      return worker.pid;
    },
  };
}

/** The process that all metrics share. */
export const algebra: Algebra = createAlgebra();
