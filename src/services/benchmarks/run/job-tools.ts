import type { Store } from "../../../store/index.ts";
import type { Prometheus } from "../../../telemetry/prometheus.ts";
import type { MetricCatalogue } from "../../catalogues/metrics.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import type { Plugins } from "../../plugins/index.ts";
import type { Judges } from "../../scoring/judges.ts";

/** The services that a job uses. */
export interface JobTools {
  store: Store;
  modelCalls: ModelCalls;
  catalogue: MetricCatalogue;
  judges: Judges;
  plugins: Pick<Plugins, "names" | "calls">;
  /** Number of consecutive failures after which a benchmark stops calling a plugin. */
  plugin_failures_max: number;
  prometheus: Prometheus;
  /** The id of this process on its leases. */
  owner: string;
}

/** Why a job ends early: its benchmark was cancelled, the server stops, or one of its runs threw. */
export type EndReason = "cancelled" | "stopping" | "failed";
