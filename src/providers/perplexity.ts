import { isRecord } from "../base/json/json.ts";
import type { Dialect } from "./openai-wire/index.ts";
import type { Provider } from "./provider.ts";
import { createWired, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

const DIALECT: Dialect = {
  urlOf: ({ base_url }, path) => (path === "/embeddings" ? `${base_url}/v1${path}` : `${base_url}${path}`),
  reasoning_field: null,
  // Every chunk reports usage.
  asks_usage: false,
  reasoning_beside: true,
  costOf({ cost }) {
    const total = isRecord(cost) ? cost.total_cost : undefined;
    return typeof total === "number" ? total : undefined;
  },
  adjust(body, { response_format }) {
    if (response_format?.type === "json_schema")
      body.response_format = {
        type: "json_schema",
        json_schema: { schema: response_format.json_schema.schema },
      };
    return [];
  },
  embeddings: { at_once: 512, encoding_format: "base64_int8" },
};

/** Perplexity's chat completions, which search the web before they answer. */
export const createPerplexity = (settings: RemoteSettings = {}): Provider =>
  createWired(
    keyedVendor("perplexity", {
      description:
        "Perplexity's models, which search the web before they answer; by its chat completions API.",
      cannot: ["stop", "seed", "json_object", "tools", "top_logprobs"],
      embeddings: true,
      takes: ["reasoning_effort", "presence_penalty", "frequency_penalty", "top_k"],
      free_fields: true,
    }),
    DIALECT,
    settings,
  );
