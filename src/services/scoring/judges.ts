import { AppError, badField } from "../../base/errors.ts";
import type { SamplingParams } from "../../domain/completions/completion.ts";
import { type CallAccount, JUDGE_VARIABLES, type JudgeChoice, type JudgeReport } from "../../domain/judge.ts";
import { type EmbeddingModel, JudgeFailure, type ScoringTools } from "../../metrics/metric.ts";
import { type Provider, ProviderError } from "../../providers/provider.ts";
import type { ReadyMetric } from "../catalogues/metrics.ts";
import type { CallPolicy, ModelCalls } from "../model-calls/index.ts";
import { createCallAccount } from "./call-account.ts";
import { createRefusedParameters } from "./refused-parameters.ts";
import { usesJudge } from "./scoring.ts";

/** A model that judges, and how it is asked. */
export interface Judge {
  provider: Provider;
  model: string;
  params: SamplingParams;
  cache: NonNullable<JudgeChoice["cache"]>;
  /** Whether the model judges its own output, because nobody else was named. */
  self?: boolean;
}

/** What the calls of a judge came to, and what of its requests was left out. */
export type JudgeAccount = CallAccount & Pick<JudgeReport, "answered_model" | "warnings">;

type ModelChoice = Pick<JudgeChoice, "provider" | "model">;

/** The tools for the metrics of one output, and the accounts of what they have used. */
export interface Scoring {
  tools: ScoringTools;
  /** Returns the judge's account; null if the judge was not asked. */
  judged(): JudgeAccount | null;
  /** Returns the account of embeddings; null if there were none. */
  embedded(): CallAccount | null;
}

/** How the calls for scoring are made. */
export type ScoringPolicy = Pick<CallPolicy, "signal" | "priority" | "ledger">;

/** Returns the answer. Throws a provider's failure as a JudgeFailure, and the signal's reason if the caller left. */
async function answerFrom<Answer>(
  who: string,
  asking: Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  try {
    return await asking;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (!(error instanceof ProviderError)) throw error;
    throw new JudgeFailure(`${who} could not answer (${error.reason}): ${error.message}`, { cause: error });
  }
}

function missingJudgeError(metric: string): AppError {
  const fault = `is required by the metric '${metric}': name a provider and a model, or set ${JUDGE_VARIABLES.join(" and ")}`;
  return badField("judge", fault, { metric, requires: JUDGE_VARIABLES });
}

/** Gives metrics access to judges and embedding models, through the same limits and accounts as all other calls. */
export function createJudges(modelCalls: ModelCalls, configured?: ModelChoice | undefined) {
  const callWithin = createRefusedParameters();

  function configuredProvider({ provider, model }: ModelChoice): Provider {
    try {
      return modelCalls.require(provider, model);
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      const message = `The judge in ${JUDGE_VARIABLES.join(" and ")} can't be called: ${cause.message}`;
      throw new AppError("SERVICE_UNAVAILABLE", message, { requires: JUDGE_VARIABLES }, { cause });
    }
  }

  function openJudge(judge: Judge, policy: ScoringPolicy) {
    const account = createCallAccount();
    const { provider, model, params, cache } = judge;
    const name = `${provider.listing.name}/${model}`;
    const who = `the judge ${name}`;
    const warnings = new Set<string>();
    let answered_model: string | null = null;

    const judgeOne: ScoringTools["judge"] = async ({ fresh = false, ...request }) => {
      const asking = callWithin(name, { ...request, ...params, model }, (reduced) =>
        modelCalls.call(provider, reduced, {
          ...policy,
          cache: fresh && cache === "use" ? "refresh" : cache,
        }),
      );
      const { result: call, left_out } = await answerFrom(who, asking, policy.signal);
      const { completion } = call;
      answered_model ??= completion.model;
      for (const label of left_out) warnings.add(`${label}: refused by ${name}, left out`);
      for (const warning of completion.warnings) warnings.add(warning);
      const cached = call.cache === "hit";
      account.add({ ...call, usage: completion.usage, cached });
      return { ...completion, cached };
    };

    function judged(): JudgeAccount | null {
      const total = account.total();
      return total && { ...total, answered_model, warnings: [...warnings] };
    }
    return { judgeOne, judged };
  }

  function openEmbedding(policy: ScoringPolicy) {
    const account = createCallAccount();

    const embed: ScoringTools["embed"] = async (texts, { provider: name, model }) => {
      const provider = modelCalls.require(name, model);
      const who = `the embedding model ${name}/${model}`;
      const call = await answerFrom(who, modelCalls.embed(provider, { model, texts }, policy), policy.signal);
      account.add({ ...call, cached: false });
      return call.vectors;
    };
    return { embed, embedded: account.total };
  }

  function knownProvider(name: string, model: string): Provider | undefined {
    try {
      return modelCalls.require(name, model);
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  }

  function requireEmbedding({ provider: name, model }: EmbeddingModel, field: string): void {
    const provider = modelCalls.require(name, model, `${field}.`);
    if (!provider.embed) throw badField(`${field}.provider`, `the provider '${name}' has no embeddings`);
  }

  return {
    /**
     * Returns the named judge, else the configured one; undefined if there is neither. Throws BAD_REQUEST for an unknown
     * provider or model in `named`, and SERVICE_UNAVAILABLE for one in the configuration.
     */
    find(named: JudgeChoice | undefined): Judge | undefined {
      const choice = named ?? configured;
      if (!choice) return undefined;
      const { provider, model } = choice;
      return {
        provider: named ? modelCalls.require(provider, model, "judge.") : configuredProvider(choice),
        model,
        params: named?.params ?? {},
        cache: named?.cache ?? "use",
      };
    },
    /** The author of an output as its own judge; undefined if it is no configured remote model. */
    ownOf({ provider: name, model }: ModelChoice): Judge | undefined {
      const provider = knownProvider(name, model);
      if (!provider || provider.listing.kind === "embedded" || !provider.listing.configured) return undefined;
      return { provider, model, params: {}, cache: "use", self: true };
    },
    /**
     * Throws BAD_REQUEST, naming the metric, if there is no judge for a metric that requires one, or if an embedding
     * model is unknown.
     */
    check(
      metrics: readonly ReadyMetric[],
      judge: Judge | undefined,
      requiresJudge: (metric: ReadyMetric) => boolean = usesJudge,
    ): void {
      const judged = metrics.find(requiresJudge);
      if (judged && !judge) throw missingJudgeError(judged.name);
      for (const [index, { embedding }] of metrics.entries())
        if (embedding) requireEmbedding(embedding, `metrics.${index}.params`);
    },
    /** Throws SERVICE_UNAVAILABLE, naming the missing variables, if the judge or embedding provider has no key. */
    requireConfigured(metrics: readonly ReadyMetric[], judge: Judge | undefined): void {
      if (judge && metrics.some(usesJudge)) modelCalls.requireConfigured(judge.provider);
      for (const { embedding } of metrics)
        if (embedding) modelCalls.requireConfigured(modelCalls.require(embedding.provider, embedding.model));
    },
    /** Opens the tools and accounts for scoring one output. */
    open(judge: Judge | undefined, policy: ScoringPolicy): Scoring {
      const { embed, embedded } = openEmbedding(policy);
      const { signal } = policy;
      const { judgeOne, judged } = judge
        ? openJudge(judge, policy)
        : { judgeOne: undefined, judged: () => null };
      const tools: ScoringTools = {
        embed,
        ...(judgeOne ? { judge: judgeOne } : {}),
        ...(signal ? { signal } : {}),
      };
      return { tools, judged, embedded };
    },
  };
}

export type Judges = ReturnType<typeof createJudges>;
