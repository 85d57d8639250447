import type { Sample } from "../../domain/dataset.ts";
import type { ShotRule } from "./protocol.ts";
import { createPythonSampler } from "./python-random.ts";

/** The first `count` examples of the sample's own group, in the set's order. */
export const firstOfGroup = (count: number): ShotRule => ({
  count,
  needs: `${count} solved examples of each group beside the samples`,
  serves: (pool, group) => pool.filter((shot) => shot.group === group).length >= count,
  choose(pool) {
    const byGroup = Map.groupBy(pool, ({ group }) => group);
    const first = new Map([...byGroup].map(([group, shots]) => [group, shots.slice(0, count)]));
    return ({ group }) => first.get(group) ?? [];
  },
});

/**
 * `count` examples drawn anew for each sample, in the order of the set, by one generator of Python's: what
 * lm-evaluation-harness' default sampler draws when it goes through the whole set (`lm_eval/api/samplers.py`, whose
 * `--seed` gives few-shot sampling 1234).
 */
export const drawnInOrder = (count: number, seed: number): ShotRule => ({
  count,
  needs: `${count} or more solved examples beside the samples`,
  serves: (pool) => pool.length >= count,
  choose(pool) {
    const draw = createPythonSampler(seed, pool.length, count);
    const drawn: number[][] = [];
    return (_sample, position) => {
      while (drawn.length <= position) drawn.push(draw());
      return (drawn[position] ?? []).flatMap((index): Sample[] => (pool[index] ? [pool[index]] : []));
    };
  },
});
