import type { NounTexts } from "./noun-texts.ts";

export const CATALOGUES = {
  tag: "Catalogues",
  description: "The providers and metrics of this server.",
  operations: {
    listProviders: {
      summary: "List providers",
      answers: { 200: "One page of providers, each with the settings that it needs." },
    },
    listMetrics: {
      summary: "List metrics",
      answers: { 200: "One page of metrics, each with what it computes." },
    },
  },
} as const satisfies NounTexts;
