import { yieldToEventLoop } from "../base/event-loop.ts";
import { createRandom } from "../base/random.ts";

const RESAMPLES = 10_000;
/** Rows drawn between two yields to the event loop: some tenths of a millisecond. */
const DRAWS_PER_YIELD = 20_000;

export interface BootstrapOptions {
  /** The same seed gives the same resamples, on every platform. */
  seed: number | string;
  resamples?: number;
}

/**
 * Returns the values of a statistic over resamples of `count` rows, drawn with replacement, in ascending order
 * (Efron, Ann. Stat. 7, 1979). Row `floor(random · count)` is drawn for each place in turn. `statistic` receives an
 * array of row indices that is reused for the next resample. Yields to the event loop every few milliseconds.
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
    for (let start = 0; start < count; start += DRAWS_PER_YIELD) {
      const end = Math.min(count, start + DRAWS_PER_YIELD);
      for (let place = start; place < end; place++) rows[place] = random() * count;
      drawn += end - start;
      if (drawn < DRAWS_PER_YIELD) continue;
      drawn = 0;
      await yieldToEventLoop();
    }
    values[resample] = statistic(rows);
  }
  return values.sort();
}
