import type { MetricListing } from "../../domain/metric.ts";
import { PLUGIN_PREFIX } from "../../domain/plugin.ts";
import { listingOf, type Metric } from "../../metrics/metric.ts";
import { readScore } from "../../plugins/contract.ts";
import type { PluginRow } from "../../store/plugins.ts";
import { pluginMetric } from "../plugin-metric.ts";
import type { CallOptions, PluginCalls } from "./calls.ts";
import { scaleOf } from "./check.ts";
import { type PluginNames, pinOf } from "./names.ts";

/** How an evaluator's calls are sent on. */
type Send = typeof direct;
const direct = <Result>(call: () => Promise<Result>): Promise<Result> => call();

/** The metric of an installed evaluator; `send` may hold its calls back. */
export function evaluatorMetric(
  calls: PluginCalls,
  row: PluginRow,
  ref: string,
  parameters: Record<string, unknown>,
  options: CallOptions,
  send: Send = direct,
): Metric {
  const { range } = scaleOf(row.manifest);
  return pluginMetric(pinOf(ref, row), row.manifest, parameters, (input) =>
    send(async () => (await calls.call(row, input, options, (output) => readScore(output, range))).output),
  );
}

/** The installed evaluators as metrics of an evaluation. */
export function createEvaluators(names: PluginNames, calls: PluginCalls) {
  return {
    /** The newest ready version, or the one named. BAD_REQUEST for an unknown one, CONFLICT for one that is not ready. */
    async find(ref: string, field: string): Promise<Metric> {
      const row = await names.require(ref, field, "evaluator");
      const parameters = await calls.complete(row, {}, field);
      return evaluatorMetric(calls, row, ref, parameters, { kind: "execute" });
    },
    async list(): Promise<MetricListing[]> {
      const rows = await names.ready("evaluator");
      return rows.map((row) =>
        listingOf(evaluatorMetric(calls, row, PLUGIN_PREFIX + row.name, {}, { kind: "execute" })),
      );
    },
  };
}

export type Evaluators = ReturnType<typeof createEvaluators>;
