import { newId } from "../../src/base/ids.ts";
import type { ApiKeyRow, UserRow } from "../../src/store/accounts.ts";
import type { BenchmarkRow } from "../../src/store/benchmarks.ts";
import type { CompletionRow } from "../../src/store/completions.ts";
import type { DatasetRow } from "../../src/store/datasets.ts";
import type { EvaluationRow } from "../../src/store/evaluations.ts";
import type { PluginRow } from "../../src/store/plugins.ts";
import type { TrialRow } from "../../src/store/trials.ts";

/** Whole rows for the tests of the store; what matters to a test is what the test gives. */

const created_at = "2026-01-31T12:00:00.000Z";

export const userRow = (given: Partial<UserRow> = {}): UserRow => {
  const id = given.id ?? newId();
  return {
    id,
    username: `user-${id}`,
    password_hash: "a hash",
    role: "user",
    disabled: false,
    session_epoch: 0,
    created_at,
    ...given,
  };
};

export const apiKeyRow = (given: Partial<ApiKeyRow> = {}): ApiKeyRow => {
  const id = given.id ?? newId();
  return {
    id,
    name: "ci",
    role: "service",
    prefix: "ltb_abcd",
    key_hash: `hash of ${id}`,
    created_by: "operator",
    created_at,
    ...given,
  };
};

export const completionRow = (given: Partial<CompletionRow> = {}): CompletionRow => ({
  request_id: newId(),
  status: "completed",
  provider: "mock",
  model: "mock",
  answered_provider: "mock",
  answered_model: "mock",
  messages: [{ role: "user", content: "hello" }],
  params: { temperature: 0, stop: ["\n"] },
  text: "hello yourself",
  finish_reason: "stop",
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  tool_calls: null,
  reasoning_content: null,
  reasoning_details: null,
  refusal: null,
  alternatives: null,
  logprobs: null,
  latency_ms: 12.5,
  ttft_ms: null,
  queue_ms: 0.25,
  retries: 1,
  cost_usd: 0,
  cache: "off",
  warnings: [],
  error: null,
  created_by: "operator",
  created_at,
  ...given,
});

export const evaluationRow = (given: Partial<EvaluationRow> = {}): EvaluationRow => ({
  evaluation_id: newId(),
  score: 0.5,
  metrics: { accuracy: 1, f1: 0, latency: null },
  methods: { faithfulness: "lexical" },
  reasons: { latency: "no call" },
  provider: "mock",
  model: "mock",
  input: "2 + 2?",
  output: "4",
  expected: null,
  references: null,
  context: ["four", "is 4"],
  plugins: null,
  metric_requests: ["accuracy", { name: "f1" }, "latency"],
  notes: {},
  explanations: null,
  judge: null,
  embedding: null,
  created_by: "operator",
  created_at,
  ...given,
});

export const datasetRow = (given: Partial<DatasetRow> = {}): DatasetRow => {
  const dataset_id = given.dataset_id ?? newId();
  return {
    dataset_id,
    name: `set-${dataset_id}`,
    samples: 0,
    fields: { choices: 0, expected: 0, context: 0, group: 0 },
    content_hash: "a hash",
    source: "upload",
    shots: null,
    revision: null,
    choice_seed: null,
    answer_pattern: null,
    created_by: "operator",
    created_at,
    ...given,
  };
};

export const pluginRow = (given: Partial<PluginRow> = {}): PluginRow => {
  const id = given.id ?? newId();
  const manifest = {
    name: `plugin-${id}`,
    version: "1.0.0",
    description: "a plugin",
    plugin_type: "custom",
  } as const;
  return {
    id,
    ...manifest,
    status: "ready",
    language: "javascript",
    content_hash: `hash of ${id}`,
    code_bytes: 10,
    error: null,
    manifest,
    created_by: "operator",
    created_at,
    ...given,
  };
};

export const benchmarkRow = (given: Partial<BenchmarkRow> = {}): BenchmarkRow => ({
  benchmark_id: newId(),
  name: "a benchmark",
  status: "pending",
  settled: 0,
  total: 10,
  results: null,
  dataset: "starter",
  dataset_id: "a dataset",
  spec: {
    runs: [{ provider: "mock", model: "mock" }],
    metrics: ["accuracy"],
    iterations: 10,
    seed: 0,
    group: null,
    cluster_by: "sample",
    params: {},
    prices: [null],
    server_version: "1.0.0",
  },
  created_by: "operator",
  created_at,
  started_at: null,
  finished_at: null,
  error: null,
  stopped_plugins: null,
  spent_usd: null,
  lease_owner: null,
  lease_until: null,
  ...given,
});

export const trialRow = (given: Partial<TrialRow> = {}): TrialRow => ({
  benchmark_id: "a benchmark",
  run: 0,
  repeat: 0,
  position: 0,
  sample_id: "0",
  group: null,
  outcome: "scored",
  prompt_hash: null,
  answered_model: null,
  finish_reason: "stop",
  output: "ANSWER: A",
  answer: "A",
  read_by: "declared_mark",
  scores: { accuracy: 1 },
  notes: null,
  parts: null,
  usage: null,
  latency_ms: null,
  ttft_ms: null,
  cost_usd: null,
  judge_usage: null,
  judge_cost_usd: null,
  embedding_usage: null,
  embedding_cost_usd: null,
  spent_usd: null,
  error: null,
  ...given,
});
