import { type Static, t } from "elysia";

/** How the repeats of a sample become its score, before aggregation and comparison. */
export const Reduce = t.String({
  pattern: "^(mean|majority|pass[@^][1-9][0-9]{0,3})$",
  description:
    "One score per sample, made of its repeats: `mean`, `majority` (what most repeats score; a tie is their mean), " +
    "`pass@k` (the chance that one of k answers is right) or `pass^k` (that all k are), such as `pass@3`. Metrics that " +
    "are not right or wrong take the mean; times, costs and corpus metrics stay per trial.",
});
export type Reduce = Static<typeof Reduce>;

/** A reduction in its parts; `k` is 0 if it needs none. */
export interface Reduction {
  method: "mean" | "majority" | "pass@" | "pass^";
  k: number;
}

export function readReduction(reduce: Reduce): Reduction {
  const [, method = "", k = "0"] = /^(mean|majority|pass[@^])(\d*)$/.exec(reduce) ?? [];
  return { method: method as Reduction["method"], k: Number(k) };
}
