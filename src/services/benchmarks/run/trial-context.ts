import type { TrialRow } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import type { Ledger } from "../../model-calls/ledger.ts";
import type { Scoring } from "../../scoring/judges.ts";
import type { TrialTransforms } from "./job-plugins.ts";
import type { RunSetup } from "./trial-request.ts";

/** All that the trials of one run share. */
export interface TrialContext extends RunSetup {
  modelCalls: ModelCalls;
  metrics: readonly ReadyMetric[];
  /** Opens the scoring of one trial, with its own account of judge and embedding calls. */
  openScoring(policy: TrialPolicy): Scoring;
  /** The plugins that transform prompts and outputs; undefined if there are none. */
  transforms: TrialTransforms | undefined;
}

/** What may abort a trial, and what pays for its calls. */
export interface TrialPolicy {
  signal: AbortSignal;
  ledger?: Ledger | undefined;
}

/** The result of a trial, without the keys of its row. */
export type TrialResult = Omit<
  TrialRow,
  "benchmark_id" | "run" | "repeat" | "position" | "sample_id" | "group" | "spent_usd"
>;
