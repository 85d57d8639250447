import type { createAsking } from "../../../datasets/asking.ts";
import { readTemplate } from "../../../datasets/protocols/prompt-template.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import type { Provider } from "../../../providers/provider.ts";
import type { TrialRow } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { type CallPolicy, limitedTo, type ModelCalls } from "../../model-calls/index.ts";
import type { Ledger } from "../../model-calls/ledger.ts";
import type { Scoring } from "../../scoring/judges.ts";
import { paramsOf } from "../order/run-params.ts";
import type { TrialTransforms } from "./job-plugins.ts";

/** All that a trial of one run needs, made once a run. */
export interface TrialContext {
  modelCalls: ModelCalls;
  provider: Provider;
  run: RunRequest;
  system: string | undefined;
  /** How long a call of the run's model may take. */
  limits: NonNullable<CallPolicy["limits"]>;
  asking: ReturnType<typeof createAsking>;
  metrics: readonly ReadyMetric[];
  /** Opens the accounts of one trial's scoring, with what the metrics may call on. */
  openScoring(policy: TrialPolicy): Scoring;
  /** Plugins that the texts go through, if there are any. */
  transforms: TrialTransforms | undefined;
}

/** Who ends a trial before its time, and who pays for its calls. */
export interface TrialPolicy {
  signal: AbortSignal;
  ledger?: Ledger | undefined;
}

/** What a trial found out; the runner adds where it belongs. */
export type TrialResult = Omit<
  TrialRow,
  "benchmark_id" | "run" | "repeat" | "position" | "sample_id" | "group" | "spent_usd"
>;

type Asks = TrialContext["asking"];

/** The protocols, with the caller's own prompt in the place of theirs; answers are read as before. */
function withTemplate(template: string | undefined, asking: Asks): Asks {
  if (template === undefined) return asking;
  const { render } = readTemplate(template);
  return (sample, position) => ({
    ...asking(sample, position),
    messages: [{ role: "user", content: render(sample) }],
  });
}

/** Whom a run asks, and how: what a trial needs before its answer is scored. */
export function askedRun(
  modelCalls: ModelCalls,
  spec: Pick<BenchmarkSpec, "params">,
  run: RunRequest,
  asking: Asks,
): Pick<TrialContext, "provider" | "run" | "system" | "limits" | "asking"> {
  const provider = modelCalls.require(run.provider, run.model);
  const { system, prompt_template, timeout_ms, ...params } = paramsOf(spec, run);
  return {
    provider,
    run: { ...run, params },
    system,
    limits: limitedTo(timeout_ms),
    asking: withTemplate(prompt_template, asking),
  };
}
