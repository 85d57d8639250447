import { type Static, t } from "elysia";
import { Integer, Nullable } from "./fields.ts";
import { Price } from "./price.ts";

/** A line of `GET /v1/models`: OpenAI's four fields, then ours. */
export const ModelListing = t.Object({
  id: t.String({ description: "The model as `POST /v1/chat/completions` takes it." }),
  object: t.Literal("model"),
  created: Integer({ description: "Always 0: not known." }),
  owned_by: t.String({ description: "The provider." }),
  price: Price,
  price_source: Nullable(t.String({ description: "Who says so; null for what is part of this server." })),
  price_as_of: Nullable(t.String()),
  context_tokens: Nullable(Integer({ description: "The longest conversation, answer included." })),
  output_tokens: Nullable(Integer({ description: "The longest answer." })),
});
export type ModelListing = Static<typeof ModelListing>;

/** OpenAI's `ListModelsResponse`. */
export const ModelList = t.Object({ object: t.Literal("list"), data: t.Array(ModelListing) });
export type ModelList = Static<typeof ModelList>;
