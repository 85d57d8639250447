import type { MetricListing } from "../../domain/metric.ts";
import { type PinnedPlugin, PLUGIN_PREFIX } from "../../domain/plugin.ts";
import { listingOf, type Metric } from "../../metrics/metric.ts";
import { readScore } from "../../plugins/contract.ts";
import type { PluginRow } from "../../store/plugins.ts";
import type { CallOptions, PluginCalls } from "./calls.ts";
import { type PluginNames, pinOf } from "./names.ts";
import { pluginMetric } from "./plugin-metric.ts";

/** Sends the calls of an evaluator. */
type Send = typeof direct;
const direct = <Result>(call: () => Promise<Result>): Promise<Result> => call();

/** An installed evaluator, and how it is called. */
interface EvaluatorCall {
  row: PluginRow;
  pin: PinnedPlugin;
  options: CallOptions;
  /** May delay or refuse a call; by default every call is sent. */
  send?: Send;
}

/** Returns the metric of an installed evaluator. */
export function evaluatorMetric(
  calls: PluginCalls,
  { row, pin, options, send = direct }: EvaluatorCall,
): Metric {
  const read = (output: unknown) => readScore(output, pin.scale.range);
  return pluginMetric(pin, (input) =>
    send(async () => (await calls.call({ row, input, options }, read)).output),
  );
}

const BY_REQUEST: CallOptions = { kind: "execute" };

interface EvaluatorRequest {
  /** The path of the request's field that names the evaluator. */
  field: string;
  parameters?: PinnedPlugin["parameters"] | undefined;
  label?: string;
}

/** Finds and lists installed evaluators as metrics. */
export function createEvaluators(names: PluginNames, calls: PluginCalls) {
  return {
    /**
     * Returns the named version, else the newest ready one, as a metric called `label`. Throws BAD_REQUEST for an unknown
     * evaluator or parameters that do not fit, and CONFLICT for one that is not ready.
     */
    async find(ref: string, { field, parameters = {}, label = ref }: EvaluatorRequest): Promise<Metric> {
      const row = await names.require(ref, field, "evaluator");
      const pin = pinOf(label, row, await calls.complete(row, parameters, `${field}.params`));
      return evaluatorMetric(calls, { row, pin, options: BY_REQUEST });
    },
    /** Lists the newest ready version of each evaluator. */
    async list(): Promise<MetricListing[]> {
      const rows = await names.ready("evaluator");
      const metricOf = (row: PluginRow) => {
        const pin = pinOf(PLUGIN_PREFIX + row.name, row, {});
        return evaluatorMetric(calls, { row, pin, options: BY_REQUEST });
      };
      return rows.map((row) => ({
        ...listingOf(metricOf(row)),
        parameters: row.manifest.parameters ?? null,
      }));
    },
  };
}

export type Evaluators = ReturnType<typeof createEvaluators>;
