import { Type } from "@sinclair/typebox";
import type { MetricFacts, Scorable, Score } from "../metric.ts";
import { scoreCounts } from "../references.ts";
import { mean } from "../summary.ts";
import { fMeasure } from "../text/f-measure.ts";
import { createSharing, type Grams, ngramsOf, numberTokens } from "../text/ngrams.ts";
import { longestCommonSubsequence } from "../text/subsequence.ts";
import type { TableBudget } from "../text/table-budget.ts";
import { withParameters } from "../with-parameters.ts";
import { canCompare, ROUGE_TOKENIZERS, type RougeTokenizer, TOKENIZE } from "./rouge-tokens.ts";

/** The most cells of the subsequence's table: some tenths of a second, in which no other request is served. */
const TABLE_MAX = 2e9;

type Rouge = "rouge_1" | "rouge_2" | "rouge_l";

const factsOf = (name: Rouge, units: string): MetricFacts => ({
  name,
  description: `${units} that the output shares with the nearest reference: harmonic mean of precision and recall.`,
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: ["expected"],
  source:
    `F-measure of ${name.replace("_", "").replace("l", "L")} in Google's rouge_score, without stemming; its score_multi ` +
    "over several references (Lin 2004, ROUGE: A Package for Automatic Evaluation of Summaries, W04-1013).",
});

const parameters = Type.Object(
  {
    tokenize: Type.Union(
      ROUGE_TOKENIZERS.map((name) => Type.Literal(name)),
      {
        default: "rouge_score",
        description: "`rouge_score` reads only a-z and 0-9; `words` reads the words of every script.",
      },
    ),
  },
  { additionalProperties: false },
);

/** Returns how well a reference agrees with the output, by the index of its text; the output has index 0. */
type Measure = (reference: number) => number | null;

/** Scores the best reference by the measure created for the tokens. */
function scoreRouge(
  sample: Scorable,
  tokenize: RougeTokenizer,
  measureFor: (tokens: Grams) => Measure,
): Score {
  return scoreCounts(sample, (references) => {
    if (!canCompare(sample.output, references, tokenize)) return { value: null, reason: NOT_COVERED };
    const tokens = numberTokens([sample.output, ...references].map(TOKENIZE[tokenize]));
    if (tokens.distinct === 0) return { value: null, reason: NO_WORDS };
    const measure = measureFor(tokens);
    const values = references.map((_, index) => measure(index + 1));
    const scored = values.filter((value) => value !== null);
    if (scored.length < values.length) return { value: null, reason: TOO_LONG };
    return { value: Math.max(...scored) };
  });
}

const NO_WORDS = "neither text has a word that the tokenizer reads";
const NOT_COVERED =
  "the reference is of a script that rouge_score does not know, as it reads a-z and 0-9 alone: set tokenize to words";
const TOO_LONG = "output and references are too long to find their longest common subsequence";

function rougeN(name: "rouge_1" | "rouge_2", order: 1 | 2, units: string) {
  const facts = factsOf(name, units);
  return withParameters(facts, parameters, ({ tokenize }) => ({
    score: (sample) =>
      scoreRouge(sample, tokenize, (tokens) => {
        const { distinct, texts } = ngramsOf(tokens, order)[order - 1]!;
        const sharedWith = createSharing(texts[0]!, distinct);
        return (reference) =>
          fMeasure(sharedWith(texts[reference]!), texts[0]!.length, texts[reference]!.length);
      }),
    summarize: (values, clusters) => mean(values, facts, clusters),
  }));
}

export const rouge1 = rougeN("rouge_1", 1, "Words");
export const rouge2 = rougeN("rouge_2", 2, "Pairs of adjacent words");

const longestFacts = factsOf("rouge_l", "Words in the same order");

/** Null if the products of the lengths in words, without shared ends and over all references, exceed TABLE_MAX. */
export const rougeL = withParameters(longestFacts, parameters, ({ tokenize }) => ({
  score: (sample) =>
    scoreRouge(sample, tokenize, ({ texts, distinct }) => {
      const budget: TableBudget = { cells: TABLE_MAX };
      return (reference) => {
        const [given, wanted] = [texts[0]!, texts[reference]!];
        const shared = longestCommonSubsequence(wanted, given, { distinct, budget });
        return shared === null ? null : fMeasure(shared, given.length, wanted.length);
      };
    }),
  summarize: (values, clusters) => mean(values, longestFacts, clusters),
}));
