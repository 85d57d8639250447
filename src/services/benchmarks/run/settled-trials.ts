import type { TrialStore } from "../../../store/trials.ts";
import type { TrialOrder } from "../order/trial-order.ts";

/** Which trials of a run have a row already. */
export interface SettledTrials {
  count: number;
  has(index: number): boolean;
}

/** Looks through a run's rows. */
export async function findSettled(
  trials: TrialStore,
  benchmark_id: string,
  run: number,
  order: TrialOrder,
): Promise<SettledTrials> {
  const bits = new Uint8Array(order.total);
  let count = 0;
  for await (const rows of trials.keyChunks(benchmark_id, run)) {
    for (const { position, repeat } of rows) {
      const index = order.indexOf(position, repeat);
      if (index === undefined) continue;
      bits[index] = 1;
      count++;
    }
  }
  return { count, has: (index) => bits[index] === 1 };
}
