import { type Static, t } from "elysia";
import { AnswerPattern } from "../answers/answer-pattern.ts";
import { SAMPLING_FIELDS, TimeoutMs } from "../completions/completion.ts";
import { SHAPING_FIELDS } from "../completions/generation-params.ts";
import { ModelName, ProviderName, TEXT_MAX, Text } from "../fields.ts";
import { PluginRef } from "../plugin.ts";

const TransformList = t.Array(PluginRef, { maxItems: 8 });

/** Plugins that rewrite the prompt before the call, and the output after it, in this order. */
export const Transforms = t.Object(
  { prompt: t.Optional(TransformList), output: t.Optional(TransformList) },
  { additionalProperties: false },
);
export type Transforms = Static<typeof Transforms>;

/** The parameters of a run's model calls. `prompt_template` replaces the prompt of the protocol. */
export const RunParams = t.Object(
  {
    ...SAMPLING_FIELDS,
    ...SHAPING_FIELDS,
    system: t.Optional(Text),
    prompt_template: t.Optional(
      t.String({
        minLength: 1,
        maxLength: TEXT_MAX,
        description:
          "The prompt. Fields of the sample stand in double braces, such as {{input}}, {{choices}} or {{metadata.topic}}.",
      }),
    ),
    answer_pattern: t.Optional(AnswerPattern),
    timeout_ms: t.Optional(
      TimeoutMs(
        "The time limit of a trial's model call in milliseconds. It includes retries, but not the wait for a free slot or for the provider's rate limit.",
      ),
    ),
  },
  { additionalProperties: false },
);
export type RunParams = Static<typeof RunParams>;

/** One provider and model inside a benchmark. Two runs of the same model need labels. */
export const RunRequest = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    label: t.Optional(t.String({ minLength: 1, maxLength: 100 })),
    params: t.Optional(RunParams),
    transforms: t.Optional(Transforms),
  },
  { additionalProperties: false },
);
export type RunRequest = Static<typeof RunRequest>;

/** Returns the run's label, by default `provider/model`. */
export const labelOf = (run: RunRequest): string => run.label ?? `${run.provider}/${run.model}`;
