import { type Static, t } from "elysia";

/** An item of `GET /v1/providers`. */
export const ProviderListing = t.Object({
  name: t.String(),
  description: t.String(),
  kind: t.Union([t.Literal("embedded"), t.Literal("remote")]),
  configured: t.Boolean(),
  requires: t.Array(t.String(), {
    description:
      "The environment variables that must be set. If 'or' separates variables, one of them is enough.",
  }),
  streams: t.Boolean({ description: "Whether the provider can stream its answers." }),
  logprobs: t.Boolean({ description: "Whether the provider can return log-probabilities." }),
  embeddings: t.Boolean({ description: "Whether the provider can embed texts." }),
  models: t.Array(t.String(), {
    description: "The known model names or forms. Empty if any name is passed on to the provider.",
  }),
});
export type ProviderListing = Static<typeof ProviderListing>;
