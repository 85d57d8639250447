import { type Static, t } from "elysia";
import { CACHE_MODES, SamplingParams, Usage } from "./completions/completion.ts";
import { Integer, ModelName, Nullable, ProviderName } from "./fields.ts";

/** The variables that name a judge for everybody. */
export const JUDGE_VARIABLES = ["JUDGE_PROVIDER", "JUDGE_MODEL"] as const;

/** Who judges. Its `params` go before those that a metric would ask with. */
export const JudgeChoice = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    params: t.Optional(SamplingParams),
    cache: t.Optional(
      t.Union(
        CACHE_MODES.map((mode) => t.Literal(mode)),
        {
          description: "`use`, the default, takes a judgement of exactly this that was given before.",
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type JudgeChoice = Static<typeof JudgeChoice>;

/** What calls came to, apart from those that were answered from the cache. */
export const CallAccount = t.Object({
  calls: Integer({ description: "Those that were answered." }),
  cached_calls: Integer({ description: "Answered from the cache: they cost nothing." }),
  usage: Usage,
  cost_usd: Nullable(t.Number({ description: "Null where the price of any call is not known." })),
});
export type CallAccount = Static<typeof CallAccount>;

/** Who judged, all that is needed to have it judged again, and what it came to. */
export const JudgeReport = t.Object({
  provider: t.String(),
  model: t.String(),
  answered_model: Nullable(t.String({ description: "The model's name as the provider returned it." })),
  params: SamplingParams,
  prompt_versions: t.Record(t.String(), t.String(), {
    description: "The version of its prompt, by metric.",
  }),
  self: t.Optional(
    t.Literal(true, { description: "The model judged its own output, because nobody else was named." }),
  ),
  advice: t.Optional(t.String({ description: "What would make the judgement more trustworthy." })),
  warnings: t.Array(t.String(), {
    description:
      "What was asked of the judge and could not be done, such as parameters that its server refuses.",
  }),
  ...CallAccount.properties,
});
export type JudgeReport = Static<typeof JudgeReport>;
