import { type Static, t } from "elysia";

/** A line of `GET /v1/providers`. */
export const ProviderListing = t.Object({
  name: t.String(),
  description: t.String(),
  kind: t.Union([t.Literal("embedded"), t.Literal("remote")]),
  configured: t.Boolean(),
  requires: t.Array(t.String(), {
    description: "Environment variables that must be set; 'or' stands between those that serve alike.",
  }),
  streams: t.Boolean({ description: "Whether it can stream its answers." }),
  logprobs: t.Boolean({ description: "Whether it can return log-probabilities." }),
  embeddings: t.Boolean({ description: "Whether it can embed texts." }),
  models: t.Array(t.String(), {
    description: "Known model names or forms; empty where any name is passed on.",
  }),
});
export type ProviderListing = Static<typeof ProviderListing>;
