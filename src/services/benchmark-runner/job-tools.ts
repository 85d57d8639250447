import type { Store } from "../../store/index.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";
import type { Judges } from "../judges.ts";
import type { MetricCatalogue } from "../metric-catalogue.ts";
import type { ModelCalls } from "../model-calls/index.ts";

/** What a job works with. */
export interface JobTools {
  store: Store;
  modelCalls: ModelCalls;
  catalogue: MetricCatalogue;
  judges: Judges;
  prometheus: Prometheus;
  /** This process's name on its leases. */
  owner: string;
}

/** Why a job ends before its time: it was told so, or one of its runs threw. */
export type EndReason = "cancelled" | "stopping" | "failed";
