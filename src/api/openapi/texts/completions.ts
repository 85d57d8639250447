import type { NounTexts } from "./noun-texts.ts";

export const COMPLETIONS = {
  tag: "Completions",
  description: "Calls to a model.",
  operations: {
    createCompletion: {
      summary: "Create a completion",
      description:
        "Calls a model with either `prompt` or `messages`. The server stores the completion before it responds. " +
        "With `stream`, the response is `text/event-stream`: `delta` events with a `text` each, then one `done` " +
        "event with the completion. A stream that fails ends with an `error` event.",
      answers: {
        200: "With `stream`: `delta` events with a `text` each, then `done` with the completion, or `error`.",
        201: "The stored completion.",
      },
    },
    listCompletions: {
      summary: "List completions",
      description:
        "In this list, long fields are null, and `left_out` names them. To read them, get the completion by its id.",
      answers: { 200: "One page of completions, newest first." },
    },
    getCompletion: { summary: "Get a completion", answers: { 200: "The stored completion." } },
  },
} as const satisfies NounTexts;
