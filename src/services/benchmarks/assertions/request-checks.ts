import { badField } from "../../../base/errors.ts";
import { canonicalJson } from "../../../base/hash.ts";
import { unknownName } from "../../../base/nearest.ts";
import { protocolNamesOf } from "../../../datasets/asking.ts";
import { type CreateBenchmark, isTerminal } from "../../../domain/benchmarks/benchmark.ts";
import type { Assertion } from "../../../domain/benchmarks/comparison.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import { metricKey } from "../../../domain/metric.ts";
import type { BenchmarkRow, BenchmarkStore } from "../../../store/benchmarks.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { differenceOf, type Scored } from "../compare/metric-identity.ts";
import { marginOf } from "../scores/margin.ts";
import { missingTrialsOfRun } from "./judgement.ts";

/** What is looked up for the checks. */
interface Known {
  request: CreateBenchmark;
  metrics: readonly ReadyMetric[];
  scored: Scored;
  dataset: { row: DatasetRow; group: string | null; protocol: string | null };
  benchmarks: Pick<BenchmarkStore, "find">;
}

/** BAD_REQUEST for what could not be compared or asserted in the end: before a call is paid. */
export async function checkComparisons(known: Known): Promise<void> {
  checkClusters(known);
  checkMargins(known);
  for (const [index, assertion] of (known.request.assertions ?? []).entries())
    await checkAssertion(assertion, `assertions.${index}`, known);
}

function checkClusters({ request, dataset: { row, group } }: Known): void {
  if (request.cluster_by !== "group") return;
  if (row.fields.group === 0) throw badField("cluster_by", `no sample of '${row.name}' has a group`);
  if (group !== null) throw badField("cluster_by", `all samples are of one group, '${group}'`);
}

function checkMargins({ request: { equivalence_margin: margin }, metrics }: Known): void {
  const names = metrics.map(({ key }) => key);
  if (margin === undefined) return;
  if (typeof margin === "number") {
    const scores = metrics.filter((metric) => marginOf(metric, margin) !== undefined);
    for (const metric of scores) checkWidth(metric, margin, "equivalence_margin");
    if (scores.length > 0) return;
    throw badField("equivalence_margin", "one number is for scores; of times and costs, name the metric");
  }
  for (const [name, value] of Object.entries(margin))
    checkWidth(
      metrics.find(({ key }) => key === name),
      value,
      `equivalence_margin.${name}`,
    );
  const unknown = Object.keys(margin).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw unknownName(`equivalence_margin.${unknown}`, "metric", unknown, names, "of this benchmark");
}

/** No two means are further apart than the scale is wide: such a margin would call all runs equivalent. */
function checkWidth(metric: ReadyMetric | undefined, margin: number, field: string): void {
  if (!metric) return;
  const [low, high] = metric.range;
  if (low === null || high === null || margin < high - low) return;
  const fault = `must be below ${high - low}: '${metric.key}' goes from ${low} to ${high}`;
  throw badField(field, fault, { accepted: { exclusiveMinimum: 0, exclusiveMaximum: high - low } });
}

/** A slip such as 80 for 0.8: no mean could ever reach it, or miss it. */
function checkReach({ key, range: [low, high] }: ReadyMetric, bound: number, field: string): void {
  if (low !== null && bound < low)
    throw badField(field, `must be at least ${low}, where '${key}' begins`, { accepted: { minimum: low } });
  if (high !== null && bound > high)
    throw badField(field, `must be at most ${high}, where '${key}' ends`, { accepted: { maximum: high } });
}

const BOUNDS = ["min", "max", "not_worse_than"] as const;

async function checkAssertion(assertion: Assertion, field: string, known: Known): Promise<void> {
  const { metric, run, margin, not_worse_than } = assertion;
  const metrics = known.metrics.map(({ key }) => key);
  const labels = known.request.providers.map(labelOf);
  const measured = known.metrics.find(({ key }) => key === metric);
  if (!measured) throw unknownName(`${field}.metric`, "metric", metric, metrics, "of this benchmark");
  if (run !== undefined && !labels.includes(run))
    throw unknownName(`${field}.run`, "run", run, labels, "of this benchmark");
  if (BOUNDS.filter((bound) => assertion[bound] !== undefined).length !== 1)
    throw badField(field, `needs exactly one of ${BOUNDS.join(", ")}`, { accepted: BOUNDS });
  if (margin !== undefined && not_worse_than === undefined)
    throw badField(`${field}.margin`, "belongs to 'not_worse_than'");
  for (const bound of ["min", "max"] as const)
    if (assertion[bound] !== undefined) checkReach(measured, assertion[bound], `${field}.${bound}`);
  if (margin !== undefined) checkWidth(measured, margin, `${field}.margin`);
  if (typeof not_worse_than === "string") checkLabel(not_worse_than, run, labels, field);
  else if (not_worse_than) await checkForeign(not_worse_than, metric, field, known);
}

function checkLabel(named: string, run: string | undefined, labels: string[], field: string): void {
  if (!labels.includes(named))
    throw unknownName(`${field}.not_worse_than`, "run", named, labels, "of this benchmark");
  if (named === run || labels.length === 1)
    throw badField(`${field}.not_worse_than`, `'${named}' can't be compared with itself`);
}

async function checkForeign(
  { benchmark_id, run }: { benchmark_id: string; run: string },
  metric: string,
  field: string,
  { benchmarks, dataset, scored }: Known,
): Promise<void> {
  const other = await benchmarks.find(benchmark_id);
  const path = `${field}.not_worse_than`;
  if (!other) throw badField(`${path}.benchmark_id`, `no benchmark with id '${benchmark_id}'`);
  checkOther(other, dataset, path);
  const labels = other.spec.runs.map(labelOf);
  if (!labels.includes(run)) throw unknownName(`${path}.run`, "run", run, labels, "of that benchmark");
  const lack = other.results && missingTrialsOfRun(other.results, run, other.spec);
  if (lack) throw badField(`${path}.run`, `is no measure: of '${run}' ${lack}`);
  const metrics = other.spec.metrics.map(metricKey);
  if (!metrics.includes(metric))
    throw unknownName(`${field}.metric`, "metric", metric, metrics, "of that benchmark");
  const difference = differenceOf(metric, scored, other.spec);
  if (difference) throw badField(path, `can't be compared with: ${difference}`);
}

function checkOther(
  { status, results }: BenchmarkRow,
  { row, protocol }: Known["dataset"],
  path: string,
): void {
  if (!isTerminal(status) || !results)
    throw badField(`${path}.benchmark_id`, `that benchmark has no results yet: it is ${status}`);
  if (results.dataset.content_hash !== row.content_hash)
    throw badField(
      `${path}.benchmark_id`,
      `that benchmark is over other samples, of '${results.dataset.name}'`,
    );
  const protocols = protocolNamesOf(row, protocol);
  if (canonicalJson(results.protocols) !== canonicalJson(protocols))
    throw badField(
      `${path}.benchmark_id`,
      `that benchmark asked by '${results.protocols.join("', '")}', this one asks by '${protocols.join("', '")}'`,
    );
}
