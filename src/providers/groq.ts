import type { Provider } from "./provider.ts";
import { createWired, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** Groq's chat completions. Streams report usage in Groq's own field. */
export const createGroq = (settings: RemoteSettings = {}): Provider =>
  createWired(
    keyedVendor("groq", {
      description: "Models on Groq, by its chat completions API.",
      cannot: ["top_logprobs"],
      takes: ["reasoning_effort", "parallel_tool_calls", "service_tier", "user"],
      free_fields: true,
    }),
    { reasoning_field: "reasoning", empty_content: "" },
    settings,
  );
