import type { CompletionRequest } from "../../providers/provider.ts";
import { ProviderError, type ProviderFailure } from "../../providers/provider.ts";

/** A part of a judge's request that the judge can do without, if its server refuses it. */
interface Dispensable {
  /** The name in warnings. */
  readonly label: string;
  /** What a refusal of it says, in the words of many servers. */
  readonly named: RegExp;
  isAsked(request: CompletionRequest): boolean;
  leaveOut(request: CompletionRequest): CompletionRequest;
  /** Whether it is also tried without if the server refuses the request without a reason. */
  readonly suspect: boolean;
}

type Field = "response_format" | "top_logprobs" | "temperature" | "top_p" | "seed";

const field = (name: Field, named: RegExp): Dispensable => ({
  label: name,
  named,
  suspect: true,
  isAsked: (request) => request[name] !== undefined,
  leaveOut({ [name]: _, ...rest }) {
    return rest;
  },
});

/** Puts the instructions at the beginning of the first user message. */
function withoutSystem(request: CompletionRequest): CompletionRequest {
  const systems = request.messages.filter(({ role }) => role === "system");
  const others = request.messages.filter(({ role }) => role !== "system");
  const first = others.findIndex(({ role }) => role === "user");
  const instructions = systems.map(({ content }) => content).join("\n\n");
  const messages = others.map((message, index) =>
    index === first ? { ...message, content: `${instructions}\n\n${message.content}` } : message,
  );
  return { ...request, messages };
}

const DISPENSABLES: readonly Dispensable[] = [
  field(
    "response_format",
    /response[ _-]?(?:format|schema|mime)|json[ _-]?(?:schema|mode|object|output)|structured[ _-]?(?:output|response|decoding)|guided[ _-]?(?:json|decoding|grammar)|grammar|output[ _-]?(?:format|schema|config)|constrained decoding/i,
  ),
  field("top_logprobs", /log[ _-]?prob/i),
  field("temperature", /temperature|sampling param/i),
  field("top_p", /\btop[ _-]?p\b/i),
  field("seed", /\bseed\b/i),
  {
    label: "system message",
    named:
      /(?:system|developer)[ _-]?(?:role|message|prompt|instruction)s?\b.{0,40}\b(?:not|unsupported)\b|(?:not|n't) support.{0,20}\bsystem\b|only user(?:,| and) assistant|roles must alternate/i,
    suspect: false,
    isAsked: ({ messages }) => messages.some(({ role }) => role === "system"),
    leaveOut: withoutSystem,
  },
];

/** Failures that a shorter request may avoid. OpenAI refuses log-probabilities with 403, some servers fail with 500. */
const AVOIDABLE: readonly ProviderFailure[] = ["invalid_request", "authentication", "server_error"];

/** Refusals that do not say what is refused. */
const WITHOUT_REASON =
  /^\W*$|bad request|unprocessable|invalid[ _]?(?:request|argument|input|param|value)|malformed|(?:extra|unknown|unexpected|unsupported|unrecognized|additional)[ _]?(?:input|field|name|param|argument|propert|value|key)|not permitted|validation error/i;
/** What a shorter request does not mend. */
const OTHER_FAULTS =
  /\bmodel\b.{0,60}\b(?:not (?:exist|found)|unknown)|no such model|context (?:length|window)|too (?:long|many tokens|large)|maximum.{0,20}tokens|content (?:policy|filter|management)|api key|credit|quota|billing/i;

/** Returns the parts of the request that the failure is about; empty if it is about something else. */
function refusedParts(error: unknown, request: CompletionRequest): Dispensable[] {
  if (!(error instanceof ProviderError) || !AVOIDABLE.includes(error.reason)) return [];
  const asked = DISPENSABLES.filter((part) => part.isAsked(request));
  const text = `${error.field ?? ""} ${error.message}`;
  const named = asked.filter((part) => part.named.test(text));
  if (named.length > 0 || error.reason !== "invalid_request") return named;
  if (OTHER_FAULTS.test(text) || !WITHOUT_REASON.test(text)) return [];
  return asked.filter((part) => part.suspect);
}

/** Models whose refusals are remembered. */
const MODELS_MAX = 1000;

/** What a call returned, and the labels of what was left out of its request. */
export interface ReducedCall<Result> {
  result: Result;
  left_out: readonly string[];
}

/** Remembers for each model which parts of a judge's request its server refuses. */
export function createRefusedParameters() {
  const refused = new Map<string, ReadonlySet<Dispensable>>();

  function remember(model: string, parts: ReadonlySet<Dispensable>): void {
    refused.delete(model);
    refused.set(model, parts);
    if (refused.size > MODELS_MAX) refused.delete(refused.keys().next().value ?? "");
  }

  /**
   * Calls a model without what it is known to refuse. If the call fails because of a part of the request, the call is
   * made again without that part, and the model's refusal is remembered once that succeeds. Throws the last failure.
   */
  return async function callWithin<Result>(
    model: string,
    request: CompletionRequest,
    call: (request: CompletionRequest) => Promise<Result>,
  ): Promise<ReducedCall<Result>> {
    const known = refused.get(model) ?? new Set();
    const parts = new Set([...known].filter((part) => part.isAsked(request)));
    for (;;) {
      const reduced = [...parts].reduce((rest, part) => part.leaveOut(rest), request);
      try {
        const result = await call(reduced);
        if ([...parts].some((part) => !known.has(part))) remember(model, new Set([...known, ...parts]));
        return { result, left_out: [...parts].map(({ label }) => label) };
      } catch (error) {
        const blamed = refusedParts(error, reduced);
        if (blamed.length === 0) throw error;
        for (const part of blamed) parts.add(part);
      }
    }
  };
}
