import { Type } from "@sinclair/typebox";
import { ModelName, ProviderName } from "../../domain/fields.ts";
import {
  type EmbeddingModel,
  JudgeFailure,
  type MetricFacts,
  type Score,
  type ScoringTools,
} from "../metric.ts";
import { scoreWording } from "../references.ts";
import { mean } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";

const facts: MetricFacts = {
  name: "semantic_similarity",
  description: "Similarity of meaning between the output and the nearest reference, by an embedding model.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  requires: ["expected", "embedding"],
  source:
    "Cosine of the two texts' embeddings (Reimers & Gurevych 2019, arXiv 1908.10084), rescaled so that " +
    "expected_min scores 0, as in `EmbeddingSimilarity` of Braintrust's autoevals with 0.7; lower cosines score 0.",
};

const parameters = Type.Object(
  {
    provider: ProviderName,
    model: ModelName,
    expected_min: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: "The cosine that scores 0.",
    }),
  },
  { additionalProperties: false },
);

/** Null if there is no embedding model, if its call fails, or if a vector is zero. */
export const semanticSimilarity = withParameters(facts, parameters, ({ expected_min, ...model }) => ({
  embedding: model,
  score: (sample, tools) => {
    const unscored = scoreWording(sample, () => ({ value: 0 }));
    if (unscored.value === null || !sample.expected) return unscored;
    if (!tools?.embed) return { value: null, reason: "no embedding model is available" };
    return embedAll([sample.output, ...sample.expected], model, tools.embed).then((vectors) =>
      "reason" in vectors ? vectors : scoreVectors(vectors, expected_min),
    );
  },
  summarize: (values, clusters) => mean(values, facts, clusters),
}));

type Unscored = Extract<Score, { value: null }>;
type Vectors = readonly ArrayLike<number>[];
type Embed = NonNullable<ScoringTools["embed"]>;

async function embedAll(
  texts: readonly string[],
  model: EmbeddingModel,
  embed: Embed,
): Promise<Vectors | Unscored> {
  try {
    const vectors = await embed(texts, model);
    if (vectors.length === texts.length) return vectors;
    return {
      value: null,
      reason: `the embedding model returned ${vectors.length} vectors for ${texts.length} texts`,
      failure: "judge",
    };
  } catch (error) {
    if (!(error instanceof JudgeFailure)) throw error;
    return {
      value: null,
      reason: `the embeddings could not be computed: ${error.message}`,
      failure: "judge",
    };
  }
}

function scoreVectors([output, ...wanted]: Vectors, expected_min: number): Score {
  const cosines = wanted.map((vector) => cosine(output!, vector));
  const nearest = Math.max(...cosines.filter((value) => value !== null));
  if (!Number.isFinite(nearest))
    return { value: null, reason: "the embeddings cannot be compared: their lengths differ, or one is zero" };
  return { value: Math.min(1, Math.max(0, (nearest - expected_min) / (1 - expected_min))) };
}

/** Returns the cosine of the angle between two vectors; null if their lengths differ or one is zero. */
function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number | null {
  if (one.length !== other.length) return null;
  let [product, left, right] = [0, 0, 0];
  for (let axis = 0; axis < one.length; axis++) {
    product += one[axis]! * other[axis]!;
    left += one[axis]! ** 2;
    right += other[axis]! ** 2;
  }
  const value = product / Math.sqrt(left) / Math.sqrt(right);
  return Number.isFinite(value) ? value : null;
}
