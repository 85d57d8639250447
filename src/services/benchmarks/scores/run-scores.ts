import type { ScoredTrial, TrialStore } from "../../../store/trials.ts";

/** Hands over a run's rows one by one. */
export async function eachTrial(
  trials: Pick<TrialStore, "chunks">,
  benchmark_id: string,
  run: number,
  visit: (row: ScoredTrial) => void,
): Promise<void> {
  for await (const rows of trials.chunks(benchmark_id, run)) for (const row of rows) visit(row);
}
