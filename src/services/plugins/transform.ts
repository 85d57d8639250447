import type { ChatMessage } from "../../domain/completions/chat.ts";
import type { PinnedPlugin } from "../../domain/plugin.ts";
import { readText } from "../../plugins/contract.ts";
import type { CompletionRequest } from "../../providers/provider.ts";
import type { PluginRow } from "../../store/plugins.ts";
import type { Breaker } from "./breaker.ts";
import type { CallOptions, PluginCalls } from "./calls.ts";

/** Rewrites a text. Throws a PluginError. */
export type RewriteText = (text: string) => Promise<string>;

/** An installed transform, and how it is called. */
interface TransformCall {
  row: PluginRow;
  pin: PinnedPlugin;
  options: CallOptions;
  send: Breaker;
}

/** Returns the step that rewrites a text by a plugin. */
export function transformText(
  calls: PluginCalls,
  { row, pin: { parameters }, options, send }: TransformCall,
): RewriteText {
  return (text) =>
    send(async () => (await calls.call({ row, input: { text, parameters }, options }, readText)).output);
}

/** Applies the steps in turn, each to the result of the one before. */
export async function rewrite(steps: readonly RewriteText[], text: string): Promise<string> {
  let result = text;
  for (const step of steps) result = await step(result);
  return result;
}

/** Rewrites the user's messages of a prompt; other messages stay unchanged. */
export const rewritePrompt = (
  steps: readonly RewriteText[],
  messages: CompletionRequest["messages"],
): Promise<ChatMessage[]> =>
  Promise.all(
    messages.map(async (message) =>
      message.role === "user" ? { ...message, content: await rewrite(steps, message.content) } : message,
    ),
  );
