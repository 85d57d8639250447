import type { NounTexts } from "./noun-texts.ts";

export const EVALUATIONS = {
  tag: "Evaluations",
  description: "Scores of single outputs.",
  operations: {
    createEvaluation: {
      summary: "Score an output",
      description:
        "`provider` and `model` name the author of the output. For metrics that need a judge, `judge` names the model " +
        "that scores the output; its default is `JUDGE_PROVIDER` and `JUDGE_MODEL`. If neither is set and the author's " +
        "provider is configured, the author judges its own output, and the answer's `judge` has `self` and `advice`. " +
        "Without any judge, `relevance`, `coherence`, and `faithfulness` without a context are null, with the reason.",
      answers: { 201: "The stored evaluation." },
    },
    createEvaluationBatch: {
      summary: "Score up to 1,000 outputs",
      description:
        "All items are scored in the same way. Each item is scored and stored separately: a faulty item has an " +
        "`error` in the answer and does not affect the others. The body may have up to 16 MiB. If the caller " +
        "disconnects, no further item is started, and finished items stay stored.",
      answers: { 201: "One evaluation or error per item, in the order of the request." },
    },
    listEvaluations: {
      summary: "List evaluations",
      description:
        "In this list, long fields are null, and `left_out` names them. To read them, get the evaluation by its id.",
      answers: { 200: "One page of evaluations, newest first." },
    },
    getEvaluation: { summary: "Get an evaluation", answers: { 200: "The stored evaluation." } },
  },
} as const satisfies NounTexts;
