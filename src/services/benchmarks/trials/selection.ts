import { nextTurn } from "../../../base/event-loop.ts";
import { canonicalJson } from "../../../base/hash.ts";
import { OUTCOMES } from "../../../domain/benchmarks/trial.ts";
import type { TrialFilter } from "../../../domain/benchmarks/trial-filter.ts";
import { CORRECT, type TrialColumns, UNSCORED, WRONG } from "./columns.ts";

type Test = (index: number) => boolean;

/** Rows of a scan in one turn of the event loop: some milliseconds. */
const ROWS_PER_TURN = 100_000;

/** Calls `visit` for every row, in turns of the event loop. */
async function eachRow({ count }: TrialColumns, visit: (index: number) => void): Promise<void> {
  for (let start = 0; start < count; start += ROWS_PER_TURN) {
    const end = Math.min(count, start + ROWS_PER_TURN);
    for (let index = start; index < end; index++) visit(index);
    await nextTurn();
  }
}

/** Numbers the questions: a sample of one repeat, the same for every run. */
interface Questions {
  total: number;
  at(index: number): number;
}

async function questionsOf(columns: TrialColumns): Promise<Questions> {
  const { repeat, position } = columns;
  let [repeats, samples] = [0, 0];
  await eachRow(columns, (index) => {
    repeats = Math.max(repeats, repeat[index]! + 1);
    samples = Math.max(samples, position[index]! + 1);
  });
  return { total: repeats * samples, at: (index) => repeat[index]! * samples + position[index]! };
}

const DISPUTED = 2;

/** Tests whether some runs got a trial's question right and others wrong. */
async function isDisputed(columns: TrialColumns): Promise<Test> {
  const questions = await questionsOf(columns);
  /** The verdict on each question; DISPUTED once there are two. */
  const verdicts = new Int8Array(questions.total).fill(UNSCORED);
  await eachRow(columns, (index) => {
    const verdict = columns.verdict[index]!;
    if (verdict === UNSCORED) return;
    const question = questions.at(index);
    const before = verdicts[question]!;
    if (before !== verdict) verdicts[question] = before === UNSCORED ? verdict : DISPUTED;
  });
  return (index) => verdicts[questions.at(index)] === DISPUTED;
}

const equals =
  (column: ArrayLike<number>, wanted: number): Test =>
  (index) =>
    column[index] === wanted;

/** Yields the tests of a filter. `run` is the index of the run that the filter names. */
async function* testsOf(
  columns: TrialColumns,
  filter: TrialFilter,
  run: number | undefined,
): AsyncGenerator<Test> {
  const { outcome, group, correct, disagree } = filter;
  if (run !== undefined) yield equals(columns.run, run);
  if (outcome !== undefined) yield equals(columns.outcome, OUTCOMES.indexOf(outcome));
  if (group !== undefined) yield equals(columns.group, columns.groups.indexOf(group));
  if (correct !== undefined) yield equals(columns.verdict, correct === "true" ? CORRECT : WRONG);
  if (disagree === undefined) return;
  const inDispute = await isDisputed(columns);
  yield disagree === "true" ? inDispute : (index) => !inDispute(index);
}

/** Returns the indices of the trials that match a filter, in the order of the list. */
async function selectTrials(
  columns: TrialColumns,
  filter: TrialFilter,
  run: number | undefined,
): Promise<Uint32Array> {
  const tests = await Array.fromAsync(testsOf(columns, filter, run));
  const chosen = new Uint32Array(columns.count);
  let count = 0;
  await eachRow(columns, (index) => {
    if (tests.every((test) => test(index))) chosen[count++] = index;
  });
  return chosen.subarray(0, count);
}

const SELECTIONS_KEPT = 8;

/** Like `selectTrials`, but keeps the last selections: the next page then needs no scan of a million trials. */
export function createSelections(): typeof selectTrials {
  const selections = new WeakMap<TrialColumns, Map<string, Promise<Uint32Array>>>();
  return (columns, filter, run) => {
    const known = selections.get(columns) ?? new Map<string, Promise<Uint32Array>>();
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
