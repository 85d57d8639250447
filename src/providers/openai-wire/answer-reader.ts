import { isRecord } from "../../base/json/json.ts";
import type { ProviderCompletion } from "../../domain/completions/completion.ts";
import { missingLogprobs } from "../answer/logprobs.ts";
import { readError, readErrorValue } from "../failure/error-body.ts";
import { reportedFailure } from "../failure/http-failure.ts";
import { failure, unfinished } from "../failure/network-failure.ts";
import type { CompletionDelta } from "../provider.ts";
import type { WireCall } from "./call.ts";
import { type Choice, createChoice } from "./choice.ts";
import { isBlankUsage, readUsage, usageIn } from "./usage.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Whether it may report an error: `readError` then looks closely. */
const mayReport = ({ error, object, type, base_resp }: Fields): boolean =>
  (error !== undefined && error !== null) ||
  object === "error" ||
  type === "error" ||
  base_resp !== undefined;

/** An event of the name `error` has no choices: it is words about a failure. */
const isErrorEvent = (value: Fields, name: string): boolean =>
  name === "error" && value.choices === undefined;

/**
 * Puts an answer together from its JSON values: one for a whole answer, one a chunk for a stream. `push` gets
 * each piece of the first choice.
 */
export function createAnswerReader(call: WireCall, push?: (delta: CompletionDelta) => void) {
  const { account, dialect } = call;
  const choices = new Map<number, Choice>();
  let model = "";
  let usage: Fields | undefined;
  let values = 0;

  function refuseError(value: Fields, name: string): void {
    const error = mayReport(value) ? readError(value) : undefined;
    const reported = error ?? (isErrorEvent(value, name) ? readErrorValue(value) : undefined);
    if (reported) throw reportedFailure(reported, account, call.headers());
  }

  function choiceAt(index: number): Choice {
    const known = choices.get(index);
    if (known) return known;
    const logprobs = call.top_logprobs !== undefined;
    const made = createChoice({ push: index === 0 ? push : undefined, logprobs });
    choices.set(index, made);
    return made;
  }

  function readChoice(choice: unknown): void {
    if (!isRecord(choice)) return;
    if (choice.error) refuseError(choice, "");
    const index = Number(choice.index ?? 0);
    // Nobody asked for more; but a whole answer may number its only choice as it likes.
    if (index !== 0 && call.count === 1 && (push || choices.size > 0)) return;
    choiceAt(index).add(choice);
  }

  const first = (): Choice | undefined => choices.get(0) ?? choices.values().next().value;

  const isSilent = (): boolean => ![...choices.values()].some((choice) => choice.said());

  /** The first choice, finished. Throws for one that is none, or that failed by its own word. */
  function wholeChoice(choice: Choice | undefined): Choice {
    const finish = choice?.finishWord();
    if (!choice || finish === undefined) throw unfinished(account, !isSilent());
    const native = choice.failedNatively();
    if (native)
      throw failure(account, "server_error", `broke off: the model's own finish reason is '${native}'`, {
        retryable: true,
      });
    if (choice.hasNamelessCall())
      throw failure(account, "invalid_response", "answered what could not be read: a tool call has no name");
    return choice;
  }

  /** An answer that failed before it said anything may succeed. */
  function refuseSilentFailure(choice: Choice, finish_reason: string): void {
    if (finish_reason !== "error" || choice.said()) return;
    const text = `ended its answer with the finish reason '${choice.finishWord()}'`;
    throw failure(account, "server_error", text, { retryable: true });
  }

  function costOf(): number | undefined {
    const cost_usd = usage && dialect.costOf?.(usage);
    return cost_usd !== undefined && Number.isFinite(cost_usd) && cost_usd >= 0 ? cost_usd : undefined;
  }

  /** Reads a value; `name` is that of its event. Throws ProviderError for a reported error. */
  function read(value: unknown, name = ""): void {
    if (Array.isArray(value)) for (const item of value) read(item, name);
    if (!isRecord(value)) return;
    values++;
    refuseError(value, name);
    if (Array.isArray(value.choices)) for (const choice of value.choices) readChoice(choice);
    if (model === "" && typeof value.model === "string") model = value.model;
    const counted = usageIn(value);
    if (counted && (!usage || !isBlankUsage(counted))) usage = counted;
  }

  return {
    read,
    /** Whether the model has said that it is done, whatever the connection does then. */
    finished: () => first()?.finished() ?? false,
    /** Whether anything came that could be an answer or a part of one. */
    isEmpty: () => values === 0,
    hasChoices: () => choices.size > 0,
    /** The completion at the end of the answer. Throws ProviderError if it is not whole. */
    end(): ProviderCompletion {
      const top = call.top_logprobs ?? 0;
      const choice = wholeChoice(first());
      const answer = choice.end(top);
      refuseSilentFailure(choice, answer.finish_reason);
      const others = [...choices.values()].filter((other) => other !== choice);
      const cost_usd = costOf();
      const { logprobs = [] } = answer;
      return {
        ...answer,
        model: model || call.model,
        usage: readUsage(usage, choice.said(), dialect.reasoning_beside),
        ...(cost_usd === undefined ? {} : { cost_usd }),
        warnings: [
          ...call.warnings,
          ...missingLogprobs(call.top_logprobs, logprobs, call.warnings, account.title),
        ],
        ...(others.length === 0 ? {} : { alternatives: others.map((other) => wholeChoice(other).end(top)) }),
      };
    },
  };
}

export type AnswerReader = ReturnType<typeof createAnswerReader>;
