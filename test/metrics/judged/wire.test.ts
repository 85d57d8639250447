import { describe, expect, test } from "bun:test";
import type { Score } from "../../../src/metrics/metric.ts";
import type { UpstreamOptions } from "../../support/upstream/index.ts";
import { formIn, textOf } from "../../support/upstream/wire.ts";
import { sampleOf } from "../sample.ts";
import { judged, script, startGuardedJudge, startJudge, statements, verdicts } from "./wire-judge.ts";

const SAMPLE = sampleOf({
  input: "Where and when was Einstein born?",
  output: "Einstein was born in Germany on 20th March 1879.",
  context: ["Albert Einstein (born 14 March 1879) was a German-born theoretical physicist."],
});
const SPLIT = statements("Einstein was born in Germany.", "Einstein was born on 20th March 1879.");
const GOOD = verdicts("yes", "no");
const AT_ONCE = { "retry-after-ms": "1" };

async function faithfulnessBy(options: UpstreamOptions, start = startJudge) {
  const judge = await start(options);
  const score: Score = await judged("faithfulness").score(SAMPLE, judge);
  return { score, judge, forms: judge.upstream.requests.map(({ body }) => formIn(body)) };
}

const failure = (reason: string | RegExp): Score => ({
  value: null,
  reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
  failure: "judge",
});

describe("a judge's answer that is", () => {
  test.each([
    ["good JSON", GOOD],
    ["fenced JSON", `\`\`\`json\n${GOOD}\n\`\`\``],
    ["JSON with prose around it", `Let me see {carefully}.\n${GOOD}\nI hope this helps :}`],
    ["JSON after spoken thoughts", `<think>Perhaps ${verdicts("no", "no")}?</think>\n${GOOD}`],
    ["JSON with trailing commas", GOOD.replaceAll("}]", "},]")],
    ["JSON in single quotes", GOOD.replaceAll('"', "'")],
    ["JSON with a comment", GOOD.replace("[", "[ // one each\n")],
    ["the same JSON twice", `${GOOD}\nIn short: ${GOOD}`],
    ["JSON with fields beside", GOOD.replace("{", '{"score": 1, "note": {"a": []}, ')],
    ["JSON with numbers for words", verdicts(1, 0)],
    ["JSON in capitals", verdicts("YES.", " No ")],
    ["JSON whose numbers are text", GOOD.replace('"number":1', '"number":"1"')],
    ["JSON without reasons", GOOD.replaceAll('"reason":"so it is",', "")],
    ["JSON whose reason is null", GOOD.replaceAll('"so it is"', "null")],
  ])("%s gives the score at once", async (_what, reply) => {
    const { score, forms } = await faithfulnessBy({ answer: script({ statements: SPLIT, verdicts: reply }) });
    expect(score).toMatchObject({ value: 0.5 });
    expect(forms).toEqual(["statements", "verdicts"]);
  });

  const CUT = { text: GOOD.slice(0, -30), finish_reason: "length" };
  const faults: [string, Parameters<typeof script>[0][string], RegExp][] = [
    ["truncated", CUT, /it was cut off before its end/],
    ["truncated, though its JSON happens to be whole", { text: GOOD, finish_reason: "length" }, /cut off/],
    ["truncated without saying so", GOOD.slice(0, -30), /it holds no whole JSON object|verdicts is required/],
    ["a verdict short", verdicts("yes"), /it has 1 verdicts for 2 items/],
    ["a verdict over", verdicts("yes", "no", "no"), /it has 3 verdicts for 2 items/],
    ["in another order", GOOD.replace('"number":1', '"number":2'), /not numbered as the items are/],
    ["of words that were not offered", verdicts("yes", "maybe"), /'maybe' is none of yes, no/],
    ["a refusal in words", "I'm sorry, I can't help with that.", /no whole JSON object: 'I'm sorry/],
    ["empty", "", /it is empty/],
    ["JSON of another form", '{"answer": "yes"}', /verdicts is required/],
    ["null in place of a list", '{"verdicts": null}', /verdicts is required/],
    ["a word in place of a list", '{"verdicts": "yes"}', /verdicts/],
    ["two replies that differ", `${GOOD} or rather ${verdicts("yes", "yes")}`, /several different replies/],
    ["too long", `${GOOD}${" ".repeat(500_000)}`, /longer than 500000 characters/],
  ];

  test.each(faults)("%s is asked for once more, and then scored", async (_what, reply, fault) => {
    const answer = script({ statements: SPLIT, verdicts: [reply, GOOD].flat() });
    const { score, judge, forms } = await faithfulnessBy({ answer });
    expect(score).toMatchObject({ value: 0.5 });
    expect(forms).toEqual(["statements", "verdicts", "verdicts"]);
    const { messages } = judge.upstream.requests[2]?.body ?? { messages: [] };
    expect(messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(textOf(messages[3]?.content ?? "")).toMatch(fault);
  });

  test.each(faults)("%s twice is null with the reason", async (_what, reply, fault) => {
    const { score, forms } = await faithfulnessBy({ answer: script({ statements: SPLIT, verdicts: reply }) });
    expect(score).toEqual(
      failure(new RegExp(`could not be used, nor could its second reply: .*(${fault.source})`)),
    );
    expect(forms).toEqual(["statements", "verdicts", "verdicts"]);
  });

  test("a refusal that the provider names is null with the reason, and asked for once", async () => {
    const reply = { text: "I won't.", refused: true };
    const { score, forms } = await faithfulnessBy({ answer: script({ statements: reply }) });
    expect(score).toEqual(failure("The judge refused to answer."));
    expect(forms).toEqual(["statements"]);
  });
});

describe("a judge that", () => {
  const answer = script({ statements: SPLIT, verdicts: GOOD });

  test("does not answer in time is null with the reason", async () => {
    const { score } = await faithfulnessBy({ fault: "hang" }, (options) => startGuardedJudge(options, 60));
    expect(score).toEqual(failure("The answer was not complete within 60 ms."));
  });

  test.each([429, 500, 503])("answers %d, then well, gives the score", async (status) => {
    const fault = (call: number) => (call === 1 ? { status, headers: AT_ONCE } : undefined);
    const { score, forms } = await faithfulnessBy({ answer, fault }, startGuardedJudge);
    expect(score).toMatchObject({ value: 0.5 });
    expect(forms).toEqual(["statements", "statements", "verdicts"]);
  });

  test.each([
    ["refuses the key", { status: 401 }, /OPENAI_API_KEY/],
    [
      "finds the texts too long",
      { status: 400, message: "maximum context length is 8192" },
      /maximum context/,
    ],
    ["is overloaded for good", { status: 503, headers: AT_ONCE }, /503/],
    ["answers nonsense", "garbage", /./],
    ["answers with a page", "html", /./],
    ["hangs up", "cut", /./],
  ] as const)(
    "%s is null with the reason",
    async (_what, fault, reason) => {
      expect((await faithfulnessBy({ fault }, startGuardedJudge)).score).toEqual(failure(reason));
    },
    20_000,
  );

  test("fails at the second question is null, not half a score", async () => {
    const fault = (call: number) => (call === 2 ? { status: 401 } : undefined);
    expect((await faithfulnessBy({ answer, fault })).score).toEqual(failure(/401/));
  });
});

describe("a request to the judge", () => {
  test("has the schema, temperature 0, no limit on its length, and the texts apart from the orders", async () => {
    const { judge } = await faithfulnessBy({ answer: script({ statements: SPLIT, verdicts: GOOD }) });
    for (const { body } of judge.upstream.requests) {
      expect(body).toMatchObject({
        temperature: 0,
        response_format: {
          type: "json_schema",
          json_schema: { strict: true, schema: { type: "object", additionalProperties: false } },
        },
      });
      expect(Object.keys(body).sort()).toEqual(["messages", "model", "response_format", "temperature"]);
      expect(textOf(body.messages[0]?.content ?? "")).not.toContain("Einstein");
    }
    expect(judge.receivedTexts()).toEqual([
      { input: SAMPLE.input, output: SAMPLE.output },
      {
        context: [...(SAMPLE.context ?? [])],
        items: [
          { number: 1, item: "Einstein was born in Germany." },
          { number: 2, item: "Einstein was born on 20th March 1879." },
        ],
      },
    ]);
  });
});

test("a cancelled scoring rejects with the caller's own reason", async () => {
  const reason = new Error("cancelled");
  const judge = () => Promise.reject(reason);
  await expect(Promise.resolve(judged("faithfulness").score(SAMPLE, { judge }))).rejects.toBe(reason);
});
