import { readTemplate } from "../../datasets/prompt-template.ts";
import type { BenchmarkSpec, RunParams, RunRequest } from "../../domain/benchmark.ts";
import type { ModelCalls } from "../model-calls/index.ts";
import type { TrialContext } from "./trial.ts";

/** How a run is asked: as it says, and else as the benchmark says. */
export const paramsOf = ({ params }: Pick<BenchmarkSpec, "params">, run: RunRequest): RunParams => ({
  ...params,
  ...run.params,
});

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
): Pick<TrialContext, "provider" | "run" | "system" | "asking"> {
  const provider = modelCalls.require(run.provider, run.model);
  const { system, prompt_template, ...params } = paramsOf(spec, run);
  return { provider, run: { ...run, params }, system, asking: withTemplate(prompt_template, asking) };
}
