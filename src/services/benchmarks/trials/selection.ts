import { canonicalJson } from "../../../base/hash.ts";
import { OUTCOMES } from "../../../domain/benchmarks/trial.ts";
import type { TrialFilter } from "../../../domain/benchmarks/trial-filter.ts";
import { CORRECT, type TrialColumns, UNSCORED, WRONG } from "./columns.ts";

type Test = (index: number) => boolean;

const SIZE_OF_REPEAT = 2 ** 32;

/** Returns one number per sample and repeat, the same for every run. */
const questionAt = ({ repeat, position }: TrialColumns, index: number): number =>
  (repeat[index] ?? 0) * SIZE_OF_REPEAT + (position[index] ?? 0);

/** Returns the questions that some runs got right and others wrong. */
function disputedQuestions(columns: TrialColumns): Set<number> {
  const firstVerdicts = new Map<number, number>();
  const disputes = new Set<number>();
  for (let index = 0; index < columns.count; index++) {
    const verdict = columns.verdict[index] ?? UNSCORED;
    if (verdict === UNSCORED) continue;
    const question = questionAt(columns, index);
    const before = firstVerdicts.get(question);
    if (before === undefined) firstVerdicts.set(question, verdict);
    else if (before !== verdict) disputes.add(question);
  }
  return disputes;
}

function isDisputed(columns: TrialColumns): Test {
  const disputes = disputedQuestions(columns);
  return (index) => disputes.has(questionAt(columns, index));
}

const equals =
  (column: ArrayLike<number>, wanted: number): Test =>
  (index) =>
    column[index] === wanted;

/** Yields the tests of a filter. `run` is the index of the run that the filter names. */
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

/** Returns the indices of the trials that match a filter, in the order of the list. */
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

/** Like `selectTrials`, but keeps the last selections: the next page then needs no scan of a million trials. */
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
