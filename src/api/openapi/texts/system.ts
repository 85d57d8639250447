import type { NounTexts } from "./noun-texts.ts";

export const SYSTEM = {
  tag: "System",
  description: "The state of the server: whether it is alive, and whether it accepts new work.",
  operations: {
    getHealth: {
      summary: "Check that the server is alive",
      answers: { 200: "The server is alive." },
    },
    getApiHealth: {
      summary: "Check that the server is alive, by a path under /v1",
      description: "The same answer as `GET /health`.",
      answers: { 200: "The server is alive." },
    },
    getReadiness: {
      summary: "Check whether the server accepts new work",
      answers: { 200: "The server accepts new work." },
    },
  },
} as const satisfies NounTexts;
