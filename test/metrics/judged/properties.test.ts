import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { createRandom } from "../../../src/base/random.ts";
import { FINISH_REASONS } from "../../../src/domain/completions/completion.ts";
import { MetricListing, MetricSummary } from "../../../src/domain/metric.ts";
import { versionOf } from "../../../src/metrics/judged/asking/question.ts";
import { judgedMetrics } from "../../../src/metrics/judged/index.ts";
import { type JudgeAnswer, JudgeFailure, type JudgeRequest, listingOf } from "../../../src/metrics/metric.ts";
import { sampleOf } from "../sample.ts";
import { judged } from "./wire-judge.ts";

const PIECES = [
  ...[
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    ",",
    ":",
    "\\",
    "\n",
    "```json",
    "</think>",
    "<think>",
    "\0",
    "\ud800",
    "🎉",
  ],
  ...["null", "true", "1", "-1", "1e999", "NaN", "yes", "no", "idk", "first", "tie", "C", "same", "東京", ""],
  ...['"verdicts"', '"statements"', '"score"', '"choice"', '"winner"', '"number"', '"reason"', '"verdict"'],
  ...['{"statements":["a","b"]}', '{"statements":[]}', '{"score":3}', '{"score":-3}', '{"choice":"same"}'],
  ...['{"verdicts":[{"number":1,"verdict":"yes"},{"number":2,"verdict":"no"}]}', '{"winner":"first"}'],
];
const NAMES = Object.keys(judgedMetrics) as (keyof typeof judgedMetrics)[];
const PARAMS: Partial<Record<string, object>> = { rubric: { criteria: "?" } };
const metricOf = (name: (typeof NAMES)[number]) => judged(name, { ...PARAMS[name] });
const ROUNDS = 300;

function createGarbage(seed: string) {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const text = (): string => Array.from({ length: Math.floor(random() * 12) }, () => pick(PIECES)).join("");
  /** Sometimes the requested form, so that later questions are reached. */
  const saying = ({ response_format }: JudgeRequest): string => {
    if (random() < 0.5) return text();
    const form = response_format?.type === "json_schema" ? response_format.json_schema.name : "";
    if (form === "statements") return '{"statements":["a","b"]}';
    if (form === "verdicts") return PIECES.at(-2) ?? "";
    return `{"score":${Math.floor(random() * 8)},"choice":"${pick(["same", "B", "z"])}","winner":"${pick(["first", "tie", "x"])}"}`;
  };
  const logprobs = () => [
    { token: "3", logprob: random(), top_logprobs: [{ token: pick(PIECES), logprob: -random() * 9 }] },
  ];
  async function judge(request: JudgeRequest): Promise<JudgeAnswer> {
    if (random() < 0.05) throw new JudgeFailure("The provider is away.");
    const finish_reason = random() < 0.8 ? "stop" : pick(FINISH_REASONS);
    return { text: saying(request), finish_reason, ...(random() < 0.5 ? { logprobs: logprobs() } : {}) };
  }
  return { text, judge };
}

describe.each(NAMES)("%s", (name) => {
  test("is in its range or null with a reason, whatever the texts and whatever the judge says", async () => {
    const { text, judge } = createGarbage(name);
    const seen = { scored: 0, failed: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const sample = sampleOf({
        input: text(),
        output: text(),
        expected: [text()],
        context: [text(), text()],
      });
      const before = structuredClone(sample);
      const score = await metricOf(name).score(sample, { judge });
      expect(sample).toEqual(before);
      if (score.value === null) {
        expect(score.reason.length).toBeGreaterThan(10);
        if (score.failure) seen.failed++;
      } else {
        seen.scored++;
        expect(score.value).toBeWithin(0, 1 + Number.EPSILON);
        expect(score.explanation ?? "").toBe((score.explanation ?? "").toWellFormed());
      }
    }
    expect(seen.scored).toBeGreaterThan(10);
    expect(seen.failed).toBeGreaterThan(10);
  });

  test("gives the same score twice if the judge gives the same replies", async () => {
    const [one, other] = [createGarbage("twice"), createGarbage("twice")];
    for (let round = 0; round < 50; round++) {
      const fields = { input: one.text(), output: one.text(), expected: [one.text()], context: [one.text()] };
      for (let drawn = 0; drawn < 4; drawn++) other.text();
      const score = await metricOf(name).score(sampleOf(fields), one);
      expect(await metricOf(name).score(sampleOf(fields), other)).toEqual(score);
    }
  });

  test("is null without a judge, and asks no judge about blank texts", async () => {
    const judge = () => Promise.reject(new Error("asked"));
    const full = sampleOf({ input: "i", output: "o", expected: ["e"], context: ["c"] });
    const unjudged = await metricOf(name).score(full);
    expect(unjudged).toEqual({
      value: null,
      reason: expect.stringMatching(/JUDGE_PROVIDER and JUDGE_MODEL/),
    });
    const blank = sampleOf({ input: " ", output: "\n", expected: [""], context: ["\t"] });
    const score = await metricOf(name).score(blank, { judge });
    expect(score).toEqual({ value: null, reason: expect.stringMatching(/is empty|has no/) } as never);
    expect(score).not.toHaveProperty("failure");
  });

  test("takes a megabyte, and passes it on whole", async () => {
    const output = "The cat sat on the mat. ".repeat(43_690);
    let longest = 0;
    const judge = async ({ messages }: JudgeRequest) => {
      longest = Math.max(longest, ...messages.map(({ content }) => content.length));
      return { text: "no", finish_reason: "stop" as const };
    };
    const sample = sampleOf({ input: "i", output, expected: [output], context: [output] });
    expect(await metricOf(name).score(sample, { judge })).toMatchObject({ value: null, failure: "judge" });
    expect(longest).toBeGreaterThan(1_000_000);
  });

  test("states its definition, source, prompt version and parameters", () => {
    const entry = judgedMetrics[name];
    expect([...Value.Errors(MetricListing, listingOf(entry))]).toEqual([]);
    expect(entry.name).toBe(name);
    expect(entry.requires).toContain("judge");
    expect(entry).toMatchObject({ method: "judge", range: [0, 1], unit: "ratio" });
    expect(entry.prompt_version).toMatch(/^[0-9a-f]{12}$/);
    expect(metricOf(name).prompt_version).toBe(entry.prompt_version ?? "");
    expect(entry.source).toMatch(/ at [0-9a-f]{7}|arXiv/);
    for (const values of [[], [1], [0, 0.5, 1]])
      expect(Value.Check(MetricSummary, metricOf(name).summarize(Float64Array.from(values)))).toBe(true);
  });
});

test("every metric has its own prompts, and their version changes with any word", () => {
  const versions = Object.values(judgedMetrics).map(({ prompt_version }) => prompt_version);
  expect(new Set(versions).size).toBe(versions.length);
  expect(versionOf(["a", { yes: 1 }])).not.toBe(versionOf(["a", { yes: 0 }]));
  expect(versionOf(["a"])).not.toBe(versionOf(["b"]));
});

test("toxicity and bias are better lower, all others higher", () => {
  const lower = Object.values(judgedMetrics).filter(({ better }) => better === "lower");
  expect(lower.map(({ name }) => name)).toEqual(["toxicity", "bias"]);
});
