/** The larger input's size over that of the smaller one. */
const FACTOR = 32;
/** Far above time in proportion to the size (1), and half of time in proportion to its square (32). */
export const GROWTH_MAX = FACTOR / 2;

/** A first, rough ratio below this needs no closer look: time in proportion to the square is far above even then. */
const SURELY_LINEAR = 4;
const ROUNDS_MAX = 8;

/** Milliseconds since any moment; a test of this file hands in one that counts steps. */
type Clock = () => number;

const timer =
  (clock: Clock) =>
  async (work: () => unknown, times: number): Promise<number> => {
    const started = clock();
    for (let time = 0; time < times; time++) await work();
    return clock() - started;
  };

/**
 * Returns how many times longer a work takes with an input of `size` than 32 times with one of a 32nd of it: 1 if its
 * time is in proportion to the size, 32 if to its square. Other work on the machine meets both alike. Each time is the
 * least of several rounds; there are no more rounds once the ratio is below `GROWTH_MAX`. `workOn` makes the input,
 * whose making is not timed.
 */
export async function growthOf(
  workOn: (size: number) => () => unknown,
  size: number,
  clock: Clock = () => performance.now(),
): Promise<number> {
  const timed = timer(clock);
  const [small, large] = [workOn(Math.ceil(size / FACTOR)), workOn(size)];
  // The engine's warm-up.
  await timed(small, 1);
  const rough = (await timed(large, 1)) / (FACTOR * (await timed(small, 1)));
  if (rough < SURELY_LINEAR) return rough;
  let [least_small, least_large] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS_MAX; round++) {
    least_small = Math.min(least_small, await timed(small, FACTOR));
    least_large = Math.min(least_large, await timed(large, 1));
    if (least_large / least_small < GROWTH_MAX) break;
  }
  return least_large / least_small;
}
