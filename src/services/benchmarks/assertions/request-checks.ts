import { badField } from "../../../base/errors.ts";
import { canonicalJson } from "../../../base/hash.ts";
import { unknownName } from "../../../base/nearest.ts";
import { protocolNamesOf } from "../../../datasets/asking.ts";
import { type CreateBenchmark, isTerminal } from "../../../domain/benchmarks/benchmark.ts";
import type { Assertion } from "../../../domain/benchmarks/comparison.ts";
import { readReduction } from "../../../domain/benchmarks/reduce.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import { metricKey } from "../../../domain/metric.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { metricDifference, type ScoringSpec } from "../compare/metric-identity.ts";
import { datasetOf, positionsOf } from "../order/benchmark-order.ts";
import { sharedSamples } from "../order/shared-samples.ts";
import { marginOf } from "../scores/margin.ts";
import { missingTrialsOfRun } from "./missing-trials.ts";

/** The request, and what its names were resolved to. */
interface ResolvedRequest {
  request: CreateBenchmark;
  metrics: readonly ReadyMetric[];
  scored: ScoringSpec;
  dataset: { row: DatasetRow; group: string | null; protocol: string | null; samples: number };
  store: Pick<Store, "benchmarks" | "datasets" | "sampleContents">;
}

/** Throws BAD_REQUEST, before a call is paid, for comparisons and assertions that could not be made in the end. */
export async function checkComparisons(resolved: ResolvedRequest): Promise<void> {
  checkClusters(resolved);
  checkMargins(resolved);
  checkReduction(resolved);
  for (const [index, assertion] of (resolved.request.assertions ?? []).entries())
    await checkAssertion(assertion, `assertions.${index}`, resolved);
}

function checkClusters({ request, dataset: { row, group } }: ResolvedRequest): void {
  if (request.cluster_by !== "group") return;
  if (row.fields.group === 0) throw badField("cluster_by", `no sample of '${row.name}' has a group`);
  if (group !== null) throw badField("cluster_by", `all samples belong to one group, '${group}'`);
}

/** Throws for `pass@k` and `pass^k` without a metric to count, or if a sample has fewer than k trials. */
function checkReduction({ request, metrics, dataset: { samples } }: ResolvedRequest): void {
  const { reduce, iterations = samples } = request;
  if (reduce === undefined) return;
  const { method, k } = readReduction(reduce);
  if (method !== "mean" && !metrics.some(({ binary }) => binary))
    throw badField("reduce", `'${reduce}' needs a metric that is right or wrong, such as accuracy`);
  const repeats = Math.floor(iterations / samples);
  if (repeats < k)
    throw badField(
      "reduce",
      `'${reduce}' needs ${k} trials of each sample, but there ${repeats === 1 ? "is 1" : `are ${repeats}`}: set 'iterations' to at least ${k * samples}`,
      { accepted: { iterations: { minimum: k * samples } } },
    );
}

function checkMargins({ request: { equivalence_margin: margin }, metrics }: ResolvedRequest): void {
  if (typeof margin === "number") checkCommonMargin(margin, metrics);
  else if (margin) checkNamedMargins(margin, metrics);
}

function checkNamedMargins(margin: Readonly<Record<string, number>>, metrics: readonly ReadyMetric[]): void {
  const names = metrics.map(({ key }) => key);
  for (const [name, value] of Object.entries(margin)) {
    const metric = metrics.find(({ key }) => key === name);
    if (metric) checkWidth(metric, value, `equivalence_margin.${name}`);
  }
  const unknown = Object.keys(margin).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw unknownName(`equivalence_margin.${unknown}`, "metric", unknown, {
      known: names,
      where: "of this benchmark",
    });
}

function checkCommonMargin(margin: number, metrics: readonly ReadyMetric[]): void {
  const scores = metrics.filter((metric) => marginOf(metric, margin) !== undefined);
  for (const metric of scores) checkWidth(metric, margin, "equivalence_margin");
  if (scores.length > 0) return;
  throw badField(
    "equivalence_margin",
    'a single number applies to scores only; give times and costs theirs by name, as in {"latency": 50}',
  );
}

/** Two means never differ by more than the width of the range: such a margin would call all runs equivalent. */
function checkWidth({ key, range: [low, high] }: ReadyMetric, margin: number, field: string): void {
  if (low === null || high === null || margin < high - low) return;
  throw badField(field, `must be below ${high - low}: the range of '${key}' is ${low} to ${high}`, {
    accepted: { exclusiveMinimum: 0, exclusiveMaximum: high - low },
  });
}

/** Refuses a slip such as 80 for 0.8: no mean could ever reach it, or miss it. */
function checkReach({ key, range: [low, high] }: ReadyMetric, bound: number, field: string): void {
  if (low !== null && bound < low)
    throw badField(field, `must be at least ${low}, the lowest value of '${key}'`, {
      accepted: { minimum: low },
    });
  if (high !== null && bound > high)
    throw badField(field, `must be at most ${high}, the highest value of '${key}'`, {
      accepted: { maximum: high },
    });
}

const BOUNDS = ["min", "max", "not_worse_than"] as const;

async function checkAssertion(assertion: Assertion, field: string, resolved: ResolvedRequest): Promise<void> {
  const { run, not_worse_than } = assertion;
  const labels = resolved.request.providers.map(labelOf);
  const metric = requireMetric(assertion, field, resolved.metrics);
  if (run !== undefined && !labels.includes(run))
    throw unknownName(`${field}.run`, "run", run, { known: labels, where: "of this benchmark" });
  checkBounds(assertion, field, metric);
  if (typeof not_worse_than === "string") checkLabel(assertion, `${field}.not_worse_than`, labels);
  else if (not_worse_than) await checkForeignRun(assertion, field, resolved);
}

function requireMetric({ metric }: Assertion, field: string, metrics: readonly ReadyMetric[]): ReadyMetric {
  const found = metrics.find(({ key }) => key === metric);
  if (found) return found;
  const keys = metrics.map(({ key }) => key);
  throw unknownName(`${field}.metric`, "metric", metric, { known: keys, where: "of this benchmark" });
}

function checkBounds(assertion: Assertion, field: string, metric: ReadyMetric): void {
  const { margin, not_worse_than } = assertion;
  if (BOUNDS.filter((bound) => assertion[bound] !== undefined).length !== 1)
    throw badField(field, `needs exactly one of ${BOUNDS.join(", ")}`, { accepted: BOUNDS });
  if (margin !== undefined && not_worse_than === undefined)
    throw badField(`${field}.margin`, "is allowed only together with 'not_worse_than'");
  for (const bound of ["min", "max"] as const)
    if (assertion[bound] !== undefined) checkReach(metric, assertion[bound], `${field}.${bound}`);
  if (margin !== undefined) checkWidth(metric, margin, `${field}.margin`);
}

function checkLabel({ not_worse_than, run }: Assertion, path: string, labels: string[]): void {
  const label = String(not_worse_than);
  if (!labels.includes(label))
    throw unknownName(path, "run", label, { known: labels, where: "of this benchmark" });
  if (label === run || labels.length === 1)
    throw badField(path, `'${label}' can't be compared with itself: name another run`);
}

async function checkForeignRun(
  { metric, not_worse_than }: Assertion,
  field: string,
  { store, dataset, scored }: ResolvedRequest,
): Promise<void> {
  if (typeof not_worse_than !== "object") return;
  const { benchmark_id, run } = not_worse_than;
  const path = `${field}.not_worse_than`;
  const other = await store.benchmarks.find(benchmark_id);
  if (!other) throw badField(`${path}.benchmark_id`, `no benchmark with id '${benchmark_id}'`);
  checkSameProtocols(other, dataset, `${path}.benchmark_id`);
  if (!(await sharesSamples(store, dataset, other)))
    throw badField(
      `${path}.benchmark_id`,
      `that benchmark has no sample in common with '${dataset.row.name}': its dataset is '${other.dataset}'`,
    );
  checkReferenceRun(other, run, `${path}.run`);
  const metrics = other.spec.metrics.map(metricKey);
  if (!metrics.includes(metric))
    throw unknownName(`${field}.metric`, "metric", metric, { known: metrics, where: "of that benchmark" });
  const difference = metricDifference(metric, scored, other.spec);
  if (difference) throw badField(path, `can't be compared: ${difference}`);
}

function checkReferenceRun({ spec, results }: BenchmarkRow, run: string, field: string): void {
  const labels = spec.runs.map(labelOf);
  if (!labels.includes(run))
    throw unknownName(field, "run", run, { known: labels, where: "of that benchmark" });
  const missing = results && missingTrialsOfRun(results, run, spec);
  if (missing) throw badField(field, `'${run}' is incomplete, so it can't be a reference: ${missing}`);
}

/** Returns whether the dataset has a sample of the other benchmark's: without one, nothing would pair. */
async function sharesSamples(
  store: ResolvedRequest["store"],
  { row, group }: ResolvedRequest["dataset"],
  other: BenchmarkRow,
): Promise<boolean> {
  const otherDataset = await datasetOf(store, other);
  if (otherDataset.content_hash === row.content_hash) return true;
  const own = { dataset_id: row.dataset_id, positions: await positionsOf(store, row, group) };
  const theirs = {
    dataset_id: other.dataset_id,
    positions: await positionsOf(store, otherDataset, other.spec.group),
  };
  const { done } = await sharedSamples(store.sampleContents, own, theirs).next();
  return !done;
}

function checkSameProtocols(
  { status, results }: BenchmarkRow,
  { row, protocol }: ResolvedRequest["dataset"],
  field: string,
): void {
  if (!isTerminal(status) || !results)
    throw badField(field, `that benchmark has no results yet: its status is ${status}`);
  const protocols = protocolNamesOf(row, protocol);
  if (canonicalJson(results.protocols) !== canonicalJson(protocols))
    throw badField(
      field,
      `that benchmark used the protocol '${results.protocols.join("', '")}', this one uses '${protocols.join("', '")}'`,
    );
}
