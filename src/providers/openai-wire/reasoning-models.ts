import type { CompletionRequest } from "../provider.ts";
import type { RequestBody, WireMessage } from "./dialect.ts";

interface GptVersion {
  major: number;
  minor: number;
  variant: string;
}

const gptVersionOf = (model: string): GptVersion | undefined => {
  const found = /^gpt-(\d+)(?:\.(\d+))?(?:-(.+))?$/.exec(model);
  return found
    ? { major: Number(found[1]), minor: Number(found[2] ?? 0), variant: found[3] ?? "" }
    : undefined;
};

/** Whether OpenAI's model of that name reasons: the o series, and GPT from 5 on except `gpt-5-chat`. */
function reasons(model: string): boolean {
  if (/^o\d/.test(model)) return true;
  const gpt = gptVersionOf(model);
  return gpt !== undefined && gpt.major >= 5 && !/^gpt-5-chat/.test(model);
}

const isFrom = (model: string, major: number, minor: number): boolean => {
  const gpt = gptVersionOf(model);
  return gpt !== undefined && (gpt.major > major || (gpt.major === major && gpt.minor >= minor));
};

/** From 5.1 on, GPT takes sampling fields again if its effort of reasoning is `none`. */
const samples = (body: RequestBody): boolean =>
  body.reasoning_effort === "none" && isFrom(String(body.model), 5, 1) && !isFrom(String(body.model), 6, 0);

const SAMPLING = ["temperature", "top_p", "logprobs"] as const;
const NEVER = ["frequency_penalty", "presence_penalty", "logit_bias", "top_logprobs"] as const;

/** As the warnings of other fields are written, with the field before what is said of it. */
const warningOf = (name: string): string =>
  name.endsWith("logprobs")
    ? `${name} is not supported for reasoning models`
    : `${name}: ${name} is not supported for reasoning models`;

/** Names what OpenAI's reasoning models are known to refuse, so that no call is lost to learning it. */
export function adjustToReasoning(body: RequestBody, { tools }: CompletionRequest): string[] {
  const model = String(body.model);
  if (!reasons(model)) return [];
  if (body.max_tokens !== undefined) {
    body.max_completion_tokens ??= body.max_tokens;
    delete body.max_tokens;
  }
  if (Array.isArray(body.messages))
    body.messages = body.messages.map((message: WireMessage) =>
      message.role === "system" ? { ...message, role: "developer" } : message,
    );
  const warnings: string[] = [];
  // From 5.6 on, chat completions call functions without reasoning alone.
  if (tools?.length && body.reasoning_effort === undefined && isFrom(model, 5, 6)) {
    body.reasoning_effort = "none";
    warnings.push("reasoning_effort: 'none' was sent: with tools, this API takes no other of this model");
  }
  const refused = [...(samples(body) ? [] : SAMPLING), ...NEVER].filter((name) => name in body);
  for (const name of refused) delete body[name];
  return [...warnings, ...refused.map(warningOf)];
}
