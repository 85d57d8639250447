import type { ReportedError } from "../failure/error-body.ts";
import type { RequestBody, WireMessage } from "./dialect.ts";

/** Without them the rest of a request stands: what a model refuses of these is left out, with a warning. */
const DISPENSABLE = [
  "temperature",
  "top_p",
  "seed",
  "stop",
  "response_format",
  "logprobs",
  "top_logprobs",
  "presence_penalty",
  "frequency_penalty",
  "parallel_tool_calls",
  "stream_options",
] as const;
const TOKEN_LIMITS = ["max_tokens", "max_completion_tokens"] as const;
type TokenLimit = (typeof TOKEN_LIMITS)[number];

/** Words for a field that is not taken, as opposed to one whose value is wrong. */
const NOT_TAKEN =
  /unsupported|not supported|n't support|not support|unrecognized|unknown (?:parameter|argument|field|name)|unexpected (?:keyword|field|argument)|extra (?:inputs|fields)|not permitted|not available/i;
/** Words for a value beyond its range: another value of the same field would do. */
const OUT_OF_RANGE = /\b(?:between|range|at most|at least|greater than|less than|maximum|minimum|must be)\b/i;
const SYSTEM_ROLES = ["system", "developer", "user"] as const;
type SystemRole = (typeof SYSTEM_ROLES)[number];

/** What is known of a model by its refusals. */
export interface RefusedFields {
  /** Under which name it wants the limit of its answer; as it was asked if undefined. */
  token_limit: TokenLimit | undefined;
  /** Fields of the body, and `reasoning_content` in its messages. */
  left_out: ReadonlySet<string>;
  /** As whom instructions come; `system` if undefined. */
  system_role: SystemRole | undefined;
}

const NOTHING: RefusedFields = { token_limit: undefined, left_out: new Set(), system_role: undefined };
const MODELS_MAX = 1_000;

/** Whether the error is about that field: its parameter, or, if it names none, a word of it. */
const isAbout = ({ param, words }: ReportedError, name: string): boolean =>
  param === undefined
    ? new RegExp(`(?<!\\w)${name}(?!\\w)`).test(words)
    : param === name || param.endsWith(`.${name}`);

const instructsAs = (body: RequestBody, role: string): boolean =>
  Array.isArray(body.messages) && body.messages.some((message: WireMessage) => message.role === role);

const hasReasoning = ({ messages }: RequestBody): boolean =>
  Array.isArray(messages) && messages.some((message: WireMessage) => "reasoning_content" in message);

function otherLimit(body: RequestBody, error: ReportedError): TokenLimit | undefined {
  const [first, second] = TOKEN_LIMITS;
  // Both are named where one is to stand for the other: the refused one is the one that was sent.
  if (first in body && !(second in body)) return isAbout(error, first) ? second : undefined;
  if (second in body && !(first in body)) return isAbout(error, second) ? first : undefined;
  return undefined;
}

/** As whom instructions may come if the role that was sent is refused. */
function otherRole(known: RefusedFields, body: RequestBody, error: ReportedError): SystemRole | undefined {
  if (!/\brole\b/.test(`${error.param ?? ""} ${error.words}`)) return undefined;
  const isRefused = (role: SystemRole) => instructsAs(body, role) && error.words.includes(`'${role}'`);
  if (isRefused("system")) return known.system_role === "user" ? "user" : "developer";
  if (!isRefused("developer")) return undefined;
  return known.system_role === undefined ? "system" : "user";
}

/** The field that is left out from now on. */
function refusedField(body: RequestBody, error: ReportedError): string | undefined {
  if (hasReasoning(body) && isAbout(error, "reasoning_content")) return "reasoning_content";
  if (OUT_OF_RANGE.test(error.words)) return undefined;
  return DISPENSABLE.find((field) => field in body && isAbout(error, field));
}

/**
 * What is known after the refusal of that body; undefined if it teaches nothing. A call that was sent before another
 * learnt the same learns it too: it is to be made again.
 */
function lessonOf(known: RefusedFields, body: RequestBody, error: ReportedError): RefusedFields | undefined {
  if (!NOT_TAKEN.test(`${error.codes.join(" ")} ${error.words}`)) return undefined;
  const system_role = otherRole(known, body, error);
  if (system_role) return { ...known, system_role };
  const token_limit = otherLimit(body, error);
  // A model that refuses both names refuses the limit itself.
  if (token_limit && (known.token_limit ?? token_limit) === token_limit) return { ...known, token_limit };
  const refused = token_limit ? undefined : refusedField(body, error);
  if (!refused) return undefined;
  // Without log-probabilities there are no likeliest ones to list.
  const together = refused === "logprobs" ? ["logprobs", "top_logprobs"] : [refused];
  return { ...known, left_out: new Set([...known.left_out, ...together]) };
}

const withoutReasoning = ({ reasoning_content: _, ...message }: WireMessage): WireMessage => message;

const withRole = (message: WireMessage, role: SystemRole): WireMessage =>
  message.role === "system" || message.role === "developer" ? { ...message, role } : message;

function changeMessages(body: RequestBody, { system_role, left_out }: RefusedFields): void {
  if (!Array.isArray(body.messages)) return;
  const messages: readonly WireMessage[] = body.messages;
  const addressed = system_role ? messages.map((message) => withRole(message, system_role)) : messages;
  body.messages = left_out.has("reasoning_content") ? addressed.map(withoutReasoning) : addressed;
}

/** Changes a body in its place to what the model takes; answers a warning for each field that is left out. */
function adapt(body: RequestBody, known: RefusedFields, title: string): string[] {
  const { token_limit, left_out } = known;
  const other = TOKEN_LIMITS.find((name) => name !== token_limit && name in body);
  if (token_limit && other) {
    body[token_limit] ??= body[other];
    delete body[other];
  }
  changeMessages(body, known);
  const dropped = [...left_out].filter((name) => name in body);
  for (const name of dropped) delete body[name];
  return dropped
    .filter((name) => name !== "stream_options")
    .map((name) => `${name}: ${title} refuses it for '${body.model}', left out`);
}

/** What the models of one provider refuse, learnt from their 400s and remembered while the process runs. */
export function createRefusedFields(title: string) {
  const models = new Map<string, RefusedFields>();
  return {
    /** Changes a body to what is known of its model; answers warnings. */
    adapt(model: string, body: RequestBody): string[] {
      const known = models.get(model);
      return known ? adapt(body, known, title) : [];
    },
    /** Whether the refusal of that body says how to ask that model otherwise. */
    learn(model: string, body: RequestBody, error: ReportedError): boolean {
      const lesson = lessonOf(models.get(model) ?? NOTHING, body, error);
      if (!lesson) return false;
      const [oldest] = models.keys();
      if (models.size >= MODELS_MAX && oldest !== undefined) models.delete(oldest);
      models.set(model, lesson);
      return true;
    },
  };
}
