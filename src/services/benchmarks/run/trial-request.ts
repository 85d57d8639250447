import type { Asking, createAsking } from "../../../datasets/asking.ts";
import { readTemplate } from "../../../datasets/protocols/prompt-template.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import type { Message } from "../../../domain/completions/chat.ts";
import { letterOf, type Sample } from "../../../domain/dataset.ts";
import type { Provider } from "../../../providers/provider.ts";
import { type CallPolicy, limitedTo, type ModelCalls } from "../../model-calls/index.ts";
import { paramsOf } from "../order/run-params.ts";

/** Returns how a sample is asked: its messages, and the protocol that reads the answer. */
export type AskSample = ReturnType<typeof createAsking>;

/** The model that a run calls, and how it is prompt. */
export interface RunSetup {
  provider: Provider;
  run: RunRequest;
  system: string | undefined;
  /** The time limits of a call of the run's model. */
  limits: NonNullable<CallPolicy["limits"]>;
  asking: AskSample;
}

interface RunOfBenchmark {
  spec: Pick<BenchmarkSpec, "params">;
  run: RunRequest;
  asking: AskSample;
}

/** Resolves a run's provider and parameters. Throws BAD_REQUEST for an unknown provider or model. */
export function setUpRun(modelCalls: ModelCalls, { spec, run, asking }: RunOfBenchmark): RunSetup {
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

/** Replaces the protocols' prompts by the caller's template. Answers are read as before. */
function withTemplate(template: string | undefined, asking: AskSample): AskSample {
  if (template === undefined) return asking;
  const { render } = readTemplate(template);
  return (sample, position) => ({
    ...asking(sample, position),
    messages: [{ role: "user", content: render(sample) }],
  });
}

/** A sample, and the prompt of a trial with the protocol that reads its answer. */
export interface AskedSample {
  sample: Sample;
  prompt: Asking;
  repeat: number;
}

/** Returns the request of a trial. */
export function requestOf(
  { run, system }: Pick<RunSetup, "run" | "system">,
  { sample, prompt, repeat }: AskedSample,
) {
  const messages: Message[] =
    system === undefined ? prompt.messages : [{ role: "system", content: system }, ...prompt.messages];
  return {
    model: run.model,
    messages,
    question: sample.input,
    repeat,
    ...choicesOf(sample, prompt),
    ...prompt.protocol.params,
    ...run.params,
  };
}

/** Returns the choices as text, and as a model writes them under this protocol. */
function choicesOf({ choices }: Sample, { protocol: { write } }: Asking) {
  if (!choices) return {};
  return write ? { choices, answers: choices.map((_, index) => write(letterOf(index))) } : { choices };
}
