import { readTemplate } from "../../datasets/prompt-template.ts";
import type { Protocol } from "../../datasets/protocol.ts";
import { protocolFor } from "../../datasets/protocols.ts";
import type { BenchmarkSpec, RunParams, RunRequest } from "../../domain/benchmark.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { ReadyMetric } from "../metric-catalogue.ts";
import type { ModelCalls } from "../model-calls/index.ts";
import type { TrialContext } from "./trial.ts";

/** How a run is asked: as it says, and else as the benchmark says. */
export const paramsOf = ({ params }: Pick<BenchmarkSpec, "params">, run: RunRequest): RunParams => ({
  ...params,
  ...run.params,
});

/** The protocols, with the caller's own prompt in the place of theirs; answers are read as before. */
function withTemplate(template: string | undefined): (sample: Sample) => Protocol {
  if (template === undefined) return protocolFor;
  const { render } = readTemplate(template);
  const prompt: Protocol["prompt"] = (sample) => [{ role: "user", content: render(sample) }];
  return (sample) => ({ ...protocolFor(sample), prompt });
}

/** All that a trial of one run needs. */
export function createTrialContext(
  modelCalls: ModelCalls,
  spec: Pick<BenchmarkSpec, "params">,
  run: RunRequest,
  metrics: readonly ReadyMetric[],
): TrialContext {
  const provider = modelCalls.require(run.provider, run.model);
  const { system, prompt_template, ...params } = paramsOf(spec, run);
  const asked = { ...run, params };
  return {
    modelCalls,
    provider,
    run: asked,
    system,
    protocolFor: withTemplate(prompt_template),
    metrics,
    tools: {},
  };
}
