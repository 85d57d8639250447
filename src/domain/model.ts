import { type Static, t } from "elysia";
import { Integer, Nullable } from "./fields.ts";
import { Price } from "./price.ts";

/** An item of `GET /v1/models`: OpenAI's four fields, then further ones. */
export const ModelListing = t.Object({
  id: t.String({ description: "The name that `POST /v1/chat/completions` takes as `model`." }),
  object: t.Literal("model"),
  created: Integer({ description: "Always 0: the date is not known." }),
  owned_by: t.String({ description: "The provider." }),
  price: Price,
  price_source: Nullable(
    t.String({ description: "The source of the price. Null for a provider that is part of this server." }),
  ),
  price_as_of: Nullable(t.String()),
  context_tokens: Nullable(
    Integer({ description: "The most tokens of a conversation, including the answer." }),
  ),
  output_tokens: Nullable(Integer({ description: "The most tokens of an answer." })),
});
export type ModelListing = Static<typeof ModelListing>;

/** OpenAI's `ListModelsResponse`. */
export const ModelList = t.Object({ object: t.Literal("list"), data: t.Array(ModelListing) });
export type ModelList = Static<typeof ModelList>;
