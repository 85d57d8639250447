export type UpstreamContent = string | { type: string; text?: string }[];

/** The fields of a request's body that both vendors have; the others are there too. */
export interface UpstreamBody {
  model: string;
  messages: { role: string; content: UpstreamContent }[];
  /** Anthropic's place for the system prompt. */
  system?: UpstreamContent;
  max_tokens?: number;
  /** OpenAI's name for it where the model reasons. */
  max_completion_tokens?: number;
  stream?: boolean;
  [field: string]: unknown;
}

/** A whole answer, counted: a simulated tokenizer takes words for tokens. */
export interface Reply {
  model: string;
  words: string[];
  /** Null where there is none to give. */
  finish_reason: string | null;
  usage: { input: number; output: number } | null;
}

/** How one vendor speaks on the wire. */
export interface Wire {
  finished: string;
  truncated: string;
  error(status: number, message: string): unknown;
  complete(reply: Reply): unknown;
  /** The server-sent events of an answer, as texts; without its end if it has no finish reason. */
  events(reply: Reply, body: UpstreamBody): string[];
}

export const textOf = (content: UpstreamContent): string =>
  typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");

/** A body that either vendor would take; anything else is its 400. */
export const isBody = (value: unknown): value is UpstreamBody =>
  typeof value === "object" &&
  value !== null &&
  "model" in value &&
  "messages" in value &&
  Array.isArray(value.messages);
