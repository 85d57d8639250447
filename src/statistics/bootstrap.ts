import { yieldToEventLoop } from "../base/event-loop.ts";
import { createRandom } from "../base/random.ts";

const RESAMPLES = 10_000;
/** Rows drawn between two looks at the clock: some tenths of a millisecond. */
const DRAWS_UNWATCHED = 20_000;

export interface BootstrapOptions {
  /** The same seed gives the same resamples, on every platform. */
  seed: number | string;
  resamples?: number;
}

/**
 * A statistic over rows drawn anew with replacement, as many as there are: Efron, Ann. Stat. 7 (1979). Answers its
 * value in each resample, ascending. Row `floor(random · count)` is drawn for each place in turn; the array of row
 * indices that `statistic` is handed is used again for the next resample. Lets others in every few milliseconds.
 */
export async function bootstrap(
  count: number,
  statistic: (rows: Uint32Array) => number,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): Promise<Float64Array> {
  const random = createRandom(seed);
  const rows = new Uint32Array(count);
  const values = new Float64Array(resamples);
  let drawn = 0;
  for (let resample = 0; resample < resamples; resample++) {
    for (let start = 0; start < count; start += DRAWS_UNWATCHED) {
      const end = Math.min(count, start + DRAWS_UNWATCHED);
      for (let place = start; place < end; place++) rows[place] = random() * count;
      drawn += end - start;
      if (drawn < DRAWS_UNWATCHED) continue;
      drawn = 0;
      await yieldToEventLoop();
    }
    values[resample] = statistic(rows);
  }
  return values.sort();
}
