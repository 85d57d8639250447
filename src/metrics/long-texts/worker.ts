import { runWorker } from "../../base/workers/worker-program.ts";
import { findMetric } from "../index.ts";
import { isParametric, type Metric, type MetricEntry } from "../metric.ts";
import { SCORE_MS, type ScoreOrder, type ScoreReport } from "./protocol.ts";

/** The process that scores long texts: runs the orders of the server that started it, and ends with it. */

const metricOf = (entry: MetricEntry, params: Record<string, unknown>): Metric =>
  isParametric(entry) ? entry.create(params) : entry;

async function perform({ metric: { name, params }, sample }: ScoreOrder): Promise<ScoreReport> {
  const entry = findMetric(name);
  if (!entry) return { fault: `there is no metric '${name}'` };
  try {
    return { score: await metricOf(entry, params).score(sample) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

await runWorker(
  async () => perform,
  () => SCORE_MS,
);
