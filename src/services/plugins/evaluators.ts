import type { MetricListing } from "../../domain/metric.ts";
import { type PinnedPlugin, PLUGIN_PREFIX } from "../../domain/plugin.ts";
import { listingOf, type Metric } from "../../metrics/metric.ts";
import { readScore } from "../../plugins/contract.ts";
import type { PluginRow } from "../../store/plugins.ts";
import type { CallOptions, PluginCalls } from "./calls.ts";
import { type PluginNames, pinOf } from "./names.ts";
import { pluginMetric } from "./plugin-metric.ts";

/** How an evaluator's calls are sent on. */
type Send = typeof direct;
const direct = <Result>(call: () => Promise<Result>): Promise<Result> => call();

/** The metric of an installed evaluator; `send` may hold its calls back. */
export function evaluatorMetric(
  calls: PluginCalls,
  row: PluginRow,
  pin: PinnedPlugin,
  options: CallOptions,
  send: Send = direct,
): Metric {
  const read = (output: unknown) => readScore(output, pin.scale.range);
  return pluginMetric(pin, (input) => send(async () => (await calls.call(row, input, options, read)).output));
}

const BY_REQUEST: CallOptions = { kind: "execute" };

/** The installed evaluators as metrics of an evaluation. */
export function createEvaluators(names: PluginNames, calls: PluginCalls) {
  return {
    /**
     * The newest ready version, or the one named, as a metric called `label`. BAD_REQUEST for an unknown one and for
     * parameters that don't fit it, CONFLICT for one that is not ready.
     */
    async find(
      ref: string,
      field: string,
      parameters: PinnedPlugin["parameters"] = {},
      label = ref,
    ): Promise<Metric> {
      const row = await names.require(ref, field, "evaluator");
      const pin = pinOf(label, row, await calls.complete(row, parameters, `${field}.params`));
      return evaluatorMetric(calls, row, pin, BY_REQUEST);
    },
    async list(): Promise<MetricListing[]> {
      const rows = await names.ready("evaluator");
      const metricOf = (row: PluginRow) =>
        evaluatorMetric(calls, row, pinOf(PLUGIN_PREFIX + row.name, row, {}), BY_REQUEST);
      return rows.map((row) => ({
        ...listingOf(metricOf(row)),
        parameters: row.manifest.parameters ?? null,
      }));
    },
  };
}

export type Evaluators = ReturnType<typeof createEvaluators>;
