import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { scoreCounts } from "../references.ts";
import { mean } from "../summary.ts";
import { countGrams, type Grams, ngramsOf, numberTokens } from "../text/ngrams.ts";
import { isUnsplit } from "../text/scripts.ts";
import { withParameters } from "../with-parameters.ts";
import { bleuOf, ORDER, SMOOTHINGS } from "./bleu-score.ts";
import { BLEU_TOKENIZERS, type BleuTokenizer, bleuTokens } from "./bleu-tokens.ts";
import { summarizeCorpus } from "./corpus.ts";

const facts: MetricFacts = {
  name: "bleu",
  description:
    "BLEU: n-grams of one to four words that the output shares with the references, in percent, with a penalty for " +
    "short outputs. Over a run, it is computed from all outputs together.",
  unit: "points",
  range: [0, 100],
  better: "higher",
  slow: true,
  requires: ["expected"],
  source:
    "sacrebleu (Post 2018, W18-6319): sentence_bleu with effective order for a trial; corpus_bleu for a run, with a " +
    "seeded bootstrap over 10,000 resamples (Papineni et al. 2002, P02-1040).",
};

const parameters = Type.Object(
  {
    tokenize: Type.Union(
      BLEU_TOKENIZERS.map((name) => Type.Literal(name)),
      { default: "13a", description: "`zh` is for Chinese, `char` for other scripts without spaces." },
    ),
    lowercase: Type.Boolean({ default: false }),
    smooth: Type.Union(
      SMOOTHINGS.map((name) => Type.Literal(name)),
      { default: "exp" },
    ),
    smooth_value: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: "The value for `floor` (default 0.1) and `add-k` (default 1).",
      }),
    ),
  },
  { additionalProperties: false },
);

const SPLITS_AT_SPACES: readonly BleuTokenizer[] = ["13a", "none"];
const UNSPLIT =
  "the reference is of a script without spaces, which this tokenizer does not split: set tokenize to zh for Chinese, " +
  "to char for others";

export const bleu = withParameters(facts, parameters, ({ tokenize, lowercase, ...smoothing }) => {
  const scoreParts = (sums: Float64Array): number => bleuOf(sums, smoothing, false);
  return {
    score: (sample) =>
      scoreCounts(sample, (references) => {
        if (SPLITS_AT_SPACES.includes(tokenize) && references.some(isUnsplit))
          return { value: null, reason: UNSPLIT };
        const texts = [sample.output, ...references].map((text) => bleuTokens(text, tokenize, lowercase));
        const parts = partsOf(numberTokens(texts));
        return { value: bleuOf(parts, smoothing, true), parts };
      }),
    summarize: (values, clusters) => mean(values, facts, clusters),
    scoreParts,
    summarizeParts: (parts, clusters) => summarizeCorpus({ parts, clusters }, scoreParts, facts),
  };
});

/** Counts one output, the first of the texts, against all its references. */
function partsOf(tokens: Grams): number[] {
  const [given, ...wanted] = tokens.texts.map((text) => text.length);
  const orders = ngramsOf(tokens, ORDER);
  return [
    given!,
    nearest(wanted, given!),
    ...orders.map(matchesOf),
    ...orders.map(({ texts }) => texts[0]!.length),
  ];
}

/** Returns the reference length nearest to the output's; the shorter of two equally near ones. */
function nearest(lengths: readonly number[], given: number): number {
  const distance = (length: number) => Math.abs(length - given);
  return lengths.reduce((best, length) => {
    const further = distance(length) - distance(best);
    return further < 0 || (further === 0 && length < best) ? length : best;
  });
}

/** Counts the matches: each n-gram of the output, at most as often as in the reference that has it most often. */
function matchesOf({ texts, distinct }: Grams): number {
  const [output, ...references] = texts;
  const counts = countGrams(output!, distinct);
  const most = mostOf(references, distinct);
  return counts.reduce((matches, count, gram) => matches + Math.min(count, most[gram]!), 0);
}

/**
 * Returns how often each n-gram occurs in the reference that has it most often. The cost of a reference is its own
 * length.
 */
function mostOf(references: readonly Uint32Array[], distinct: number): Uint32Array {
  const most = new Uint32Array(distinct);
  const counts = new Uint32Array(distinct);
  for (const reference of references) {
    for (const gram of reference) most[gram] = Math.max(most[gram]!, ++counts[gram]!);
    for (const gram of reference) counts[gram] = 0;
  }
  return most;
}
