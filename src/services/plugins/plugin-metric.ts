import type { PinnedPlugin, PluginManifest, Scale } from "../../domain/plugin.ts";
import type { Metric, Scorable, Score } from "../../metrics/metric.ts";
import { mean } from "../../metrics/summary.ts";
import type { EvaluatorInput, readScore } from "../../plugins/contract.ts";
import { PluginError } from "../../plugins/plugin.ts";

/** Returns an evaluator's scale with its defaults. */
export function scaleOf({ score = {} }: PluginManifest): Scale {
  const { unit = "ratio", range = [0, 1], better = "higher" } = score;
  return { unit, range, better };
}

/** Calls the evaluator. Throws a PluginError. */
export type CallEvaluator = (input: EvaluatorInput) => Promise<ReturnType<typeof readScore>>;

/** Returns one text as a string, several as a list, and none as null: the form that plugin authors know. */
const textOrList = (texts: readonly string[] = []) => (texts.length > 1 ? texts : (texts[0] ?? null));

const inputOf = (sample: Scorable, { parameters }: PinnedPlugin): EvaluatorInput => ({
  input: sample.input,
  output: sample.output,
  expected: textOrList(sample.expected),
  context: textOrList(sample.context),
  parameters,
});

/** Returns the plugin's score; null with the reason if the plugin fails. */
async function scoreByPlugin(call: CallEvaluator, input: EvaluatorInput): Promise<Score> {
  try {
    const { score: value, details } = await call(input);
    if (value === null) return { value, reason: details ?? "the plugin returned no score and no reason" };
    return details === undefined ? { value } : { value, explanation: details };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return { value: null, reason: `${error.reason}: ${error.message}` };
  }
}

/** Returns an evaluator as a metric, under the name that the request uses. */
export function pluginMetric(pin: PinnedPlugin, call: CallEvaluator): Metric {
  const { ref: name, description, scale } = pin;
  return {
    ...scale,
    name,
    description,
    requires: [],
    source: `The plugin '${pin.name}' ${pin.version}, ${pin.content_hash}.`,
    plugin: pin,
    score: (sample) => scoreByPlugin(call, inputOf(sample, pin)),
    summarize: (values, clusters) => mean(values, scale, clusters),
  };
}

/** Returns an evaluator's metric that can only summarise scores: that needs neither the plugin nor its code. */
export const summaryMetric = (pin: PinnedPlugin): Metric =>
  pluginMetric(pin, () => Promise.reject(new Error("This metric can only summarise scores.")));
