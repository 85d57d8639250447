import type { Static, TObject } from "@sinclair/typebox";
import type { Scorable } from "../metric.ts";
import { JudgeFailure, type Metric, type MetricFacts, type ParametricMetric, type Score } from "../metric.ts";
import { mean } from "../summary.ts";
import { type Ask, createAsk } from "./asking/ask.ts";
import { messagesOf } from "./asking/prompt.ts";
import { formatOf, type Question, versionOf } from "./asking/question.ts";
import { type TextName, whatIsMissing } from "./asking/texts.ts";
import { withoutJudge } from "./without-judge.ts";

/** How a judge arrives at a score: its questions, and how its replies are scored. */
export interface Procedure {
  readonly questions: readonly Question[];
  /** The values of the replies, and all else that decides the score. */
  readonly counts: unknown;
  /** The texts of this sample that judging requires. */
  needs(sample: Scorable): readonly TextName[];
  /** May throw JudgeFailure. */
  judge(ask: Ask, sample: Scorable): Promise<Score>;
}

/** The facts in which judged metrics differ; all are ratios from 0 to 1. */
export type JudgedFacts = Pick<MetricFacts, "name" | "description" | "source"> &
  Partial<Pick<MetricFacts, "better" | "requires" | "prompt_version" | "optional_judge">>;

const versionOfProcedure = ({ questions, counts }: Procedure): string =>
  versionOf([counts, ...questions.map((question) => [messagesOf(question, {}), formatOf(question)])]);

const factsOf = (facts: JudgedFacts, procedure: Procedure): MetricFacts => ({
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  requires: ["judge"],
  method: "judge",
  prompt_version: versionOfProcedure(procedure),
  ...facts,
});

/**
 * Creates a judged metric. If the judge fails, refuses or gives an unusable reply, the score is null with the
 * reason.
 */
export function createJudged(facts: JudgedFacts, procedure: Procedure): Metric {
  const metric: Metric = {
    ...factsOf(facts, procedure),
    async score(sample, tools) {
      const missing = whatIsMissing(sample, procedure.needs(sample));
      if (missing) return { value: null, reason: missing };
      if (!tools?.judge) return { value: null, reason: withoutJudge("there is no judge") };
      try {
        return await procedure.judge(createAsk(tools.judge), sample);
      } catch (error) {
        if (!(error instanceof JudgeFailure)) throw error;
        return { value: null, reason: error.message, failure: "judge" };
      }
    },
    summarize: (values, clusters) => mean(values, metric, clusters),
  };
  return metric;
}

/** A procedure built from parameters; `requires` is given if it depends on them. */
type BuiltProcedure = Procedure & { requires?: MetricFacts["requires"] };

interface ParametricProcedure<Parameters extends TObject> {
  parameters: Parameters;
  example: Static<Parameters>;
  build(params: Static<Parameters>): BuiltProcedure;
}

/**
 * Creates a judged metric with parameters. The prompt version is computed from `example`: the actual parameters are
 * stored beside it.
 */
export function createParametricJudged<Parameters extends TObject>(
  facts: JudgedFacts,
  { parameters, example, build }: ParametricProcedure<Parameters>,
): ParametricMetric {
  const known = factsOf(facts, build(example));
  return {
    ...known,
    parameters,
    create(params) {
      const procedure = build(params as Static<Parameters>);
      const { requires = known.requires } = procedure;
      return createJudged({ ...known, requires }, procedure);
    },
  };
}
