import { metrics, registryOf } from "../../src/metrics/index.ts";
import type { Metric, Scorable, Score, ScoringTools } from "../../src/metrics/metric.ts";
import { mean } from "../../src/metrics/summary.ts";
import type { UpstreamBody } from "./upstream/wire.ts";
import { textOf } from "./upstream/wire.ts";

/** What a judge of these tests is asked for: the words before the output. */
const QUESTION = /^Mark the (\S+) of: (.*)$/s;

/** What a model is asked as a judge: by which metric, and of which output; undefined where it is asked otherwise. */
export function markAskedFor({ messages }: UpstreamBody): { metric: string; output: string } | undefined {
  const [, metric, output] = QUESTION.exec(textOf(messages.at(-1)?.content ?? "")) ?? [];
  return metric === undefined || output === undefined ? undefined : { metric, output };
}

async function markedBy(name: string, { output }: Scorable, tools: ScoringTools = {}): Promise<Score> {
  if (!tools.judge) return { value: null, reason: "there is no judge to ask" };
  const content = `Mark the ${name} of: ${output}`;
  const { text } = await tools.judge({ messages: [{ role: "user", content }], temperature: 0 });
  const value = Number(text);
  return value >= 0 && value <= 1
    ? { value, note: value < 0.5 ? "poor" : "good", explanation: `the judge says ${text}` }
    : { value: null, reason: `the judge's mark is no number: ${text}`, failure: "judge" };
}

/** A metric whose value is the number that its judge answers. */
export function judgedMark(name: string, facts: Partial<Metric> = {}): Metric {
  const metric: Metric = {
    name,
    description: "A mark from 0 to 1.",
    unit: "ratio",
    range: [0, 1],
    better: "higher",
    requires: ["judge"],
    method: "judge",
    prompt_version: `${name}-1`,
    source: "These tests.",
    score: (sample, tools) => markedBy(name, sample, tools),
    summarize: (values, clusters) => mean(values, metric, clusters),
    ...facts,
  };
  return metric;
}

/** One that asks no judge. */
function plain(name: string, facts: Pick<Metric, "score"> & Partial<Metric>): Metric {
  const { method: _, prompt_version: __, ...mark } = judgedMark(name);
  return { ...mark, requires: [], ...facts };
}

/** How near the output is to the reference, by the embeddings of that model. */
const nearness = (provider: string, model: string): Metric =>
  plain("nearness", {
    requires: ["expected", "embedding"],
    embedding: { provider, model },
    async score({ output, expected = [] }, { embed } = {}) {
      const [first, second] = (await embed?.([output, ...expected], { provider, model })) ?? [];
      if (!first || !second) return { value: null, reason: "there are no embeddings" };
      const product = Array.from(first).reduce(
        (sum, number, index) => sum + number * (second[index] ?? 0),
        0,
      );
      return { value: Math.min(1, Math.max(0, product)) };
    },
  });

/** What ships without a judge, and beside it metrics by the judge of these tests; `faithfulness` is one of both. */
export const MARKS = registryOf(
  {
    ...metrics,
    nearness: nearness("mock", "mock"),
    far_nearness: nearness("openai", "text-embedding-3-small"),
    no_nearness: nearness("anthropic", "claude-sonnet-4-5"),
    broken: plain("broken", {
      score({ output }) {
        if (output === "break") throw new TypeError("a bug");
        return { value: 1 };
      },
    }),
  },
  {
    coherence: judgedMark("coherence", { optional_judge: true }),
    faithfulness: judgedMark("faithfulness", { optional_judge: true }),
    politeness: judgedMark("politeness"),
    rudeness: judgedMark("rudeness", { better: "lower" }),
  },
);
