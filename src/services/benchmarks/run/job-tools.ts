import type { Store } from "../../../store/index.ts";
import type { Prometheus } from "../../../telemetry/prometheus.ts";
import type { MetricCatalogue } from "../../catalogues/metrics.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import type { Plugins } from "../../plugins/index.ts";
import type { Judges } from "../../scoring/judges.ts";

/** What a job works with. */
export interface JobTools {
  store: Store;
  modelCalls: ModelCalls;
  catalogue: MetricCatalogue;
  judges: Judges;
  plugins: Pick<Plugins, "names" | "calls">;
  /** Failures in a row after which a benchmark calls a plugin no more. */
  plugin_failures_max: number;
  prometheus: Prometheus;
  /** This process's name on its leases. */
  owner: string;
}

/** Why a job ends before its time: it was told so, or one of its runs threw. */
export type EndReason = "cancelled" | "stopping" | "failed";
