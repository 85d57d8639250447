import { type Static, t } from "elysia";
import { CACHE_MODES, SamplingParams, Usage } from "./completions/completion.ts";
import { Integer, ModelName, Nullable, ProviderName } from "./fields.ts";

/** The variables that name a judge for everybody. */
export const JUDGE_VARIABLES = ["JUDGE_PROVIDER", "JUDGE_MODEL"] as const;

/** The model that judges. Its `params` override those of the metrics. */
export const JudgeChoice = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    params: t.Optional(SamplingParams),
    cache: t.Optional(
      t.Union(
        CACHE_MODES.map((mode) => t.Literal(mode)),
        {
          description: "`use`, the default, reuses an earlier judgement of exactly the same texts.",
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type JudgeChoice = Static<typeof JudgeChoice>;

/** The number, tokens and cost of the calls to a judge or embedding model. Cached answers cost nothing. */
export const CallAccount = t.Object({
  calls: Integer({ description: "The number of answered calls." }),
  cached_calls: Integer({ description: "The number of answers from the cache, which cost nothing." }),
  usage: Usage,
  cost_usd: Nullable(t.Number({ description: "In US dollars. Null if the price of any call is not known." })),
});
export type CallAccount = Static<typeof CallAccount>;

/** The judge, all that is needed to repeat the judgement, and its cost. */
export const JudgeReport = t.Object({
  provider: t.String(),
  model: t.String(),
  answered_model: Nullable(t.String({ description: "The model's name as the provider returned it." })),
  params: SamplingParams,
  prompt_versions: t.Record(t.String(), t.String(), {
    description: "The version of the judge's prompt, by metric.",
  }),
  self: t.Optional(
    t.Literal(true, { description: "The model judged its own output, because no other judge was named." }),
  ),
  advice: t.Optional(t.String({ description: "What would make the judgement more trustworthy." })),
  warnings: t.Array(t.String(), {
    description: "The parts of the request that the judge's server refused, such as parameters.",
  }),
  ...CallAccount.properties,
});
export type JudgeReport = Static<typeof JudgeReport>;
