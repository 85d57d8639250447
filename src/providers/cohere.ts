import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Provider } from "./provider.ts";
import { createPackaged, type RemoteSettings } from "./remote.ts";
import { createCohereRepair } from "./repair/cohere.ts";
import { repairAnswers } from "./repair/repaired-answers.ts";
import { type Connection, keyedVendor } from "./vendor.ts";

const tokensIn = (billed: object, name: string): number | undefined => {
  const entry: unknown = Object.entries(billed).find(([key]) => key === name)?.[1];
  return typeof entry === "number" ? entry : undefined;
};

/**
 * Cohere reports two counts: `tokens`, which include its own preamble of some hundred tokens, and `billed_units`,
 * which cover the conversation alone. The usage is the latter. Cached tokens belong to the former, so they are left
 * out.
 */
function billedUsage(usage: LanguageModelV4Usage): LanguageModelV4Usage {
  const billed = usage.raw?.billed_units;
  if (typeof billed !== "object" || billed === null) return usage;
  const { inputTokens, outputTokens } = usage;
  return {
    ...usage,
    inputTokens: { ...inputTokens, total: tokensIn(billed, "input_tokens") ?? inputTokens.total },
    outputTokens: { ...outputTokens, total: tokensIn(billed, "output_tokens") ?? outputTokens.total },
  };
}

/** Cohere's chat API, version 2. Its answers do not name the model. */
export const createCohere = (settings: RemoteSettings = {}): Provider =>
  createPackaged(
    keyedVendor("cohere", {
      description:
        "Cohere's models, by its chat API. The usage is what Cohere bills, without its own preamble.",
      cannot: ["strict_tools", "top_logprobs"],
      embeddings: true,
      usageOf: billedUsage,
      async connect({ account, base_url, fetch: send }: Connection) {
        const fetch = repairAnswers(send, createCohereRepair);
        const { createCohere: createSdk } = await import("@ai-sdk/cohere");
        const sdk = createSdk({ apiKey: account.api_key ?? "", baseURL: base_url, fetch });
        return { chat: sdk.languageModel, embedding: sdk.embedding };
      },
    }),
    settings,
  );
