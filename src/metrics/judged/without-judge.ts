import { JUDGE_VARIABLES } from "../../domain/judge.ts";

/** Metrics that need no judge, as a reason names them. */
export const NEED_NO_JUDGE = ["accuracy", "exact_match", "contains", "f1", "rouge_l", "chrf"] as const;

/** Returns why a score is null if nobody can judge: what is missing, what to set, and which metrics need no judge. */
export const withoutJudge = (missing: string): string =>
  `${missing}: name a model in 'judge', or set ${JUDGE_VARIABLES.join(" and ")}. ` +
  `Metrics that need no judge: ${NEED_NO_JUDGE.join(", ")}, and faithfulness with a context`;
