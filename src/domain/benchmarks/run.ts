import { type Static, t } from "elysia";
import { SAMPLING_FIELDS, TimeoutMs } from "../completions/completion.ts";
import { ModelName, ProviderName, TEXT_MAX, Text } from "../fields.ts";
import { PluginRef } from "../plugin.ts";

const TransformList = t.Array(PluginRef, { maxItems: 8 });

/** Plugins that rewrite what goes to the model and what comes from it, one after the other. */
export const Transforms = t.Object(
  { prompt: t.Optional(TransformList), output: t.Optional(TransformList) },
  { additionalProperties: false },
);
export type Transforms = Static<typeof Transforms>;

/** How a run's model is asked. `prompt_template` takes the place of the protocol's prompt. */
export const RunParams = t.Object(
  {
    ...SAMPLING_FIELDS,
    system: t.Optional(Text),
    prompt_template: t.Optional(
      t.String({
        minLength: 1,
        maxLength: TEXT_MAX,
        description:
          "The prompt, with a sample's fields in double braces, such as {{input}}, {{choices}} or {{metadata.topic}}.",
      }),
    ),
    timeout_ms: t.Optional(
      TimeoutMs(
        "How long a trial's call of the model may take, retries included; the wait for a place is not.",
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

export const labelOf = (run: RunRequest): string => run.label ?? `${run.provider}/${run.model}`;
