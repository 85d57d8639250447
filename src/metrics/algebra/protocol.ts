import type { Equality } from "../../domain/answers/equal.ts";

/** The messages between the server and the process that compares formulas, as JSON. */

/** The first argument of the process's command line, which distinguishes it from the server. */
export const ALGEBRA_COMMAND = "algebra-worker";

/** A comparison that takes longer is stopped. */
export const COMPARISON_MS = 2_000;

export interface Comparison {
  answer: string;
  reference: string;
  /** Whether lists in no brackets are compared in any order. */
  unordered: boolean;
}

/** What a comparison found; `undecided` answers count as different, and `note` says why they could not be compared. */
export interface Verdict {
  equality: Exclude<Equality, "undecided">;
  note?: string;
}

/** Why a formula cannot be compared by algebra. */
export const LIMITS = {
  unreadable: "algebra: a part is no formula that can be computed",
  ambiguous: "algebra: a/bc can be read in two ways",
  large: "algebra: a formula is too large to be computed",
  undefined: "algebra: the formulas are defined at too few points",
  late: `algebra: the comparison took longer than ${COMPARISON_MS / 1000} s`,
  died: "algebra: the process that compares formulas died",
} as const;

export type Limit = keyof typeof LIMITS;

/** A formula that cannot be compared. */
export class Incomparable extends Error {
  override readonly name = "Incomparable";

  constructor(readonly limit: Limit) {
    super(LIMITS[limit]);
  }
}
