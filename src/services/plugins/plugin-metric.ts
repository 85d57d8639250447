import type { PinnedPlugin } from "../../domain/plugin.ts";
import type { Metric, Scorable, Score } from "../../metrics/metric.ts";
import { mean } from "../../metrics/summary.ts";
import type { EvaluatorInput, readScore } from "../../plugins/contract.ts";
import { PluginError } from "../../plugins/plugin.ts";

/** Calls the evaluator; throws a PluginError. */
export type CallEvaluator = (input: EvaluatorInput) => Promise<ReturnType<typeof readScore>>;

/** As authors write it: one text by itself, several as a list. */
const plain = (texts: readonly string[] = []) => (texts.length > 1 ? texts : (texts[0] ?? null));

const inputOf = (sample: Scorable, { parameters }: PinnedPlugin): EvaluatorInput => ({
  input: sample.input,
  output: sample.output,
  expected: plain(sample.expected),
  context: plain(sample.context),
  parameters,
});

/** A plugin that fails gives null with the reason, never a number. */
async function score(call: CallEvaluator, input: EvaluatorInput): Promise<Score> {
  try {
    const { score: value, details } = await call(input);
    if (value === null) return { value, reason: details ?? "the plugin could not tell" };
    return details === undefined ? { value } : { value, explanation: details };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return { value: null, reason: `${error.reason}: ${error.message}` };
  }
}

/** An evaluator as a metric, under the name by which it was asked for. */
export function pluginMetric(pin: PinnedPlugin, call: CallEvaluator): Metric {
  const { ref: name, description, scale } = pin;
  return {
    ...{ name, description, ...scale },
    requires: [],
    source: `The plugin '${pin.name}' ${pin.version}, ${pin.content_hash}.`,
    plugin: pin,
    score: (sample) => score(call, inputOf(sample, pin)),
    summarize: (values, clusters) => mean(values, scale, clusters),
  };
}

/** The same for whoever sums scores up: that needs neither the plugin nor its code. */
export const summaryMetric = (pin: PinnedPlugin): Metric =>
  pluginMetric(pin, () => Promise.reject(new Error("This metric sums up; it does not score.")));
