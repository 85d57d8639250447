/** The larger input's size over that of the smaller one. */
const FACTOR = 32;
/** Halfway, on a logarithmic scale, between time in proportion to the size (32) and to its square (1024). */
export const GROWTH_MAX = FACTOR ** 1.5;

const SMALL_ROUNDS = 5;
const ROUNDS_MAX = 8;

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Returns how many times longer a work takes with an input of `size` than with one of a 32nd of it. Each time is the
 * least of several rounds, so that other work on the machine does not count; there are no more rounds once the ratio
 * is below `GROWTH_MAX`. `workOn` makes the input, whose making is not timed.
 */
export async function growthOf(workOn: (size: number) => () => unknown, size: number): Promise<number> {
  const [small, large] = [workOn(Math.ceil(size / FACTOR)), workOn(size)];
  let [least_small, least_large] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS_MAX; round++) {
    for (let time = 0; time < SMALL_ROUNDS; time++) least_small = Math.min(least_small, await timed(small));
    least_large = Math.min(least_large, await timed(large));
    if (least_large / least_small < GROWTH_MAX) break;
  }
  return least_large / least_small;
}
