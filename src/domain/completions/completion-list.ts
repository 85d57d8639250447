import { type Static, t } from "elysia";
import { ModelName, Nullable, ProviderName, Since } from "../fields.ts";
import { LISTED_BYTES_MAX, PAGE_FIELDS } from "../page.ts";
import { CompletionRecord } from "./completion.ts";

/** The fields that a list leaves out if they are long. */
export const LONG_FIELDS = [
  "messages",
  "params",
  "text",
  "tool_calls",
  "reasoning_content",
  "reasoning_details",
  "refusal",
  "alternatives",
  "logprobs",
  "warnings",
] as const;
export type LongField = (typeof LONG_FIELDS)[number];

/** A completion in a list. Long fields are null and named in `left_out`; `GET /v1/completions/:id` returns them. */
export const CompletionListing = t.Object({
  ...CompletionRecord.properties,
  messages: Nullable(CompletionRecord.properties.messages),
  params: Nullable(CompletionRecord.properties.params),
  warnings: Nullable(CompletionRecord.properties.warnings),
  left_out: t.Array(t.Union(LONG_FIELDS.map((field) => t.Literal(field))), {
    description: `Fields of more than ${LISTED_BYTES_MAX} bytes, which are null here. GET /v1/completions/{id} returns them.`,
  }),
});
export type CompletionListing = Static<typeof CompletionListing>;

const FILTER_FIELDS = {
  provider: t.Optional(ProviderName),
  model: t.Optional(ModelName),
  caller: t.Optional(t.String({ minLength: 1, maxLength: 100 })),
  status: t.Optional(t.Union([t.Literal("completed"), t.Literal("failed")])),
  since: t.Optional(Since),
};

/** Selects stored completions. */
const CompletionFilter = t.Object(FILTER_FIELDS);
export type CompletionFilter = Static<typeof CompletionFilter>;

export const CompletionQuery = t.Object(
  { ...PAGE_FIELDS, ...FILTER_FIELDS },
  { additionalProperties: false },
);
export type CompletionQuery = Static<typeof CompletionQuery>;
