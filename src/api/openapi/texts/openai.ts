import type { NounTexts } from "./noun-texts.ts";

export const OPENAI = {
  tag: "OpenAI",
  description:
    "The same models in the format of OpenAI's API, for its clients. Errors have OpenAI's format too.",
  operations: {
    createChatCompletion: {
      summary: "Create a chat completion in OpenAI's format",
      description:
        "`model` is `provider/model`. Unsupported parameters that would change the answer are rejected: `n` over 1, " +
        "penalties, `logit_bias`, audio. Other unknown parameters are ignored, and `warnings` names them. With " +
        "`stream`, the response is `text/event-stream` in OpenAI's format. A stream that fails ends with an `error` " +
        "and without `[DONE]`.",
      answers: { 200: "The chat completion, or its chunks with `stream`." },
    },
    listModels: {
      summary: "List models with a known price",
      description:
        "Lists this server's own models, and all models of configured providers that have a known price. Other models " +
        "of these providers can be called, too. Prices are in US dollars per million tokens.",
      answers: { 200: "All models of the list, on one page." },
    },
    getModel: {
      summary: "Get a model",
      description: "Returns only models that `GET /v1/models` lists.",
      answers: { 200: "The model." },
    },
  },
} as const satisfies NounTexts;
