import { type Asking, type createAsking, PROTOCOLS } from "../../../datasets/asking.ts";
import { readTemplate } from "../../../datasets/protocols/prompt-template.ts";
import { type AnswerPattern, createPatternReader } from "../../../domain/answers/answer-pattern.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import { letterOf } from "../../../domain/choice-letters.ts";
import type { Message } from "../../../domain/completions/chat.ts";
import type { Sample } from "../../../domain/dataset.ts";
import type { Provider } from "../../../providers/provider.ts";
import { type CallPolicy, limitedTo, type ModelCalls } from "../../model-calls/index.ts";
import { paramsOf } from "../order/run-params.ts";

/** Returns how a sample is asked: its messages, and the protocol that reads the answer. */
export type AskSample = ReturnType<typeof createAsking>;

/** The model that a run calls, and how it is asked. */
export interface RunSetup {
  provider: Provider;
  run: RunRequest;
  system: string | undefined;
  /** The time limits of a call of the run's model. */
  limits: NonNullable<CallPolicy["limits"]>;
  asking: AskSample;
}

interface RunOfBenchmark {
  spec: Pick<BenchmarkSpec, "params" | "protocol_named">;
  run: RunRequest;
  asking: AskSample;
}

/**
 * Resolves a run's provider and parameters. Throws BAD_REQUEST for an unknown provider or model, or a bad
 * `answer_pattern`.
 */
export function setUpRun(modelCalls: ModelCalls, { spec, run, asking }: RunOfBenchmark): RunSetup {
  const provider = modelCalls.require(run.provider, run.model);
  const { system, prompt_template, answer_pattern, timeout_ms, ...params } = paramsOf(spec, run);
  const templated = withTemplate(prompt_template, asking, spec.protocol_named !== false);
  return {
    provider,
    run: { ...run, params },
    system,
    limits: limitedTo(timeout_ms),
    asking: withPattern(answer_pattern, templated),
  };
}

/**
 * Replaces the protocols' prompts by the caller's template. Answers are read by the named protocol; without one by the whole
 * order of rules, since the protocol's own form was not asked for.
 */
function withTemplate(template: string | undefined, asking: AskSample, named: boolean): AskSample {
  if (template === undefined) return asking;
  const { render } = readTemplate(template);
  return (sample, position) => {
    const { protocol } = asking(sample, position);
    const reading = named ? protocol : { ...protocol, read: PROTOCOLS.auto.read };
    return { protocol: reading, messages: [{ role: "user", content: render(sample) }] };
  };
}

/** Reads answers by the run's own pattern in place of the protocol's rule, or the dataset's pattern. */
function withPattern(pattern: AnswerPattern | undefined, asking: AskSample): AskSample {
  if (pattern === undefined) return asking;
  const read = createPatternReader(pattern, "answer_pattern");
  return (sample, position) => {
    const asked = asking(sample, position);
    return { ...asked, protocol: { ...asked.protocol, read } };
  };
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
