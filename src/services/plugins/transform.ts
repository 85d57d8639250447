import type { ChatMessage } from "../../domain/completions/chat.ts";
import type { PinnedPlugin } from "../../domain/plugin.ts";
import { readText } from "../../plugins/contract.ts";
import type { CompletionRequest } from "../../providers/provider.ts";
import type { PluginRow } from "../../store/plugins.ts";
import type { Breaker } from "./breaker.ts";
import type { CallOptions, PluginCalls } from "./calls.ts";

/** Rewrites a text; throws a PluginError. */
export type RewriteText = (text: string) => Promise<string>;

export const transformText =
  (
    calls: PluginCalls,
    row: PluginRow,
    { parameters }: PinnedPlugin,
    options: CallOptions,
    send: Breaker,
  ): RewriteText =>
  (text) =>
    send(async () => (await calls.call(row, { text, parameters }, options, readText)).output);

/** One after the other, each on what the one before made of it. */
export async function rewrite(steps: readonly RewriteText[], text: string): Promise<string> {
  let result = text;
  for (const step of steps) result = await step(result);
  return result;
}

/** Of a prompt the texts that the user says; what the system is told stays. */
export const rewritePrompt = (
  steps: readonly RewriteText[],
  messages: CompletionRequest["messages"],
): Promise<ChatMessage[]> =>
  Promise.all(
    messages.map(async (message) =>
      message.role === "user" ? { ...message, content: await rewrite(steps, message.content) } : message,
    ),
  );
