import { canonicalJson } from "../../../base/hash.ts";
import { OUTCOMES } from "../../../domain/benchmarks/trial.ts";
import type { TrialFilter } from "../../../domain/benchmarks/trial-filter.ts";
import { CORRECT, type TrialColumns, UNSCORED, WRONG } from "./columns.ts";

type Test = (index: number) => boolean;

const SIZE_OF_REPEAT = 2 ** 32;

/** One number for each sample and repeat: what was asked of every run alike. */
const askedAt = ({ repeat, position }: TrialColumns, index: number): number =>
  (repeat[index] ?? 0) * SIZE_OF_REPEAT + (position[index] ?? 0);

/** What some of the runs got right and some did not. */
function disputed(columns: TrialColumns): Set<number> {
  const first = new Map<number, number>();
  const disputes = new Set<number>();
  for (let index = 0; index < columns.count; index++) {
    const verdict = columns.verdict[index] ?? UNSCORED;
    if (verdict === UNSCORED) continue;
    const asked = askedAt(columns, index);
    const before = first.get(asked);
    if (before === undefined) first.set(asked, verdict);
    else if (before !== verdict) disputes.add(asked);
  }
  return disputes;
}

function isDisputed(columns: TrialColumns): Test {
  const disputes = disputed(columns);
  return (index) => disputes.has(askedAt(columns, index));
}

const equals =
  (column: ArrayLike<number>, wanted: number): Test =>
  (index) =>
    column[index] === wanted;

/** The tests of a filter; `run` is the index of the run that it names. */
function* testsOf(columns: TrialColumns, filter: TrialFilter, run: number | undefined): Generator<Test> {
  const { outcome, group, correct, disagree } = filter;
  if (run !== undefined) yield equals(columns.run, run);
  if (outcome !== undefined) yield equals(columns.outcome, OUTCOMES.indexOf(outcome));
  if (group !== undefined) yield equals(columns.group, columns.groups.indexOf(group));
  if (correct !== undefined) yield equals(columns.verdict, correct === "true" ? CORRECT : WRONG);
  if (disagree === undefined) return;
  const inDispute = isDisputed(columns);
  yield disagree === "true" ? inDispute : (index) => !inDispute(index);
}

/** Which trials a filter lets through, in the order of the list. */
function selectTrials(columns: TrialColumns, filter: TrialFilter, run: number | undefined): Uint32Array {
  const tests = [...testsOf(columns, filter, run)];
  const chosen = new Uint32Array(columns.count);
  let count = 0;
  for (let index = 0; index < columns.count; index++) {
    if (tests.every((test) => test(index))) chosen[count++] = index;
  }
  return chosen.subarray(0, count);
}

const SELECTIONS_KEPT = 8;

/** The same, remembered: whoever turns the pages of a million trials does not go through all of them for each. */
export function createSelections(): typeof selectTrials {
  const selections = new WeakMap<TrialColumns, Map<string, Uint32Array>>();
  return (columns, filter, run) => {
    const known = selections.get(columns) ?? new Map<string, Uint32Array>();
    selections.set(columns, known);
    const key = canonicalJson(filter);
    const selection = known.get(key) ?? selectTrials(columns, filter, run);
    known.delete(key);
    known.set(key, selection);
    const [oldest] = known.keys();
    if (known.size > SELECTIONS_KEPT && oldest !== undefined) known.delete(oldest);
    return selection;
  };
}
