import { isRecord } from "../../base/json/json.ts";
import type { TokenLogprob } from "../../domain/completions/chat.ts";
import type { AnswerChoice } from "../../domain/completions/completion.ts";
import { finishReasonOf } from "../answer/finish-reason.ts";
import { toTokenLogprobs } from "../answer/logprobs.ts";
import { createReasoningDetails } from "../answer/reasoning-details.ts";
import type { CompletionDelta } from "../provider.ts";
import { readParts, readReasoning } from "./content.ts";
import { createToolCalls } from "./tool-calls.ts";

type Fields = Readonly<Record<string, unknown>>;

interface ChoiceOptions {
  /** Gets each piece; absent for an answer that nobody reads piece by piece. */
  push: ((delta: CompletionDelta) => void) | undefined;
  /** Whether log-probabilities were asked for. */
  logprobs: boolean;
}

/** A reason as a word; an empty one is none. */
const wordOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;

/** Puts one choice of an answer together, whole or from the pieces of a stream. */
export function createChoice({ push, logprobs: wants_logprobs }: ChoiceOptions) {
  const tools = createToolCalls(push);
  const details = createReasoningDetails();
  const tokens: TokenLogprob[] = [];
  let text = "";
  let reasoning = "";
  let refusal = "";
  let finish: string | undefined;
  let native: string | undefined;

  function say(piece: string): void {
    if (piece === "") return;
    text += piece;
    push?.({ type: "text", text: piece });
  }
  function think(piece: string): void {
    if (piece === "") return;
    reasoning += piece;
    push?.({ type: "reasoning", text: piece });
  }
  function refuse(piece: string): void {
    if (piece === "") return;
    refusal += piece;
    text += piece;
    push?.({ type: "text", text: piece, refusal: true });
  }

  function addContent(content: unknown): void {
    if (typeof content === "string") say(content);
    else if (content !== undefined && content !== null) {
      const said = readParts(content);
      think(said.reasoning);
      say(said.text);
      refuse(said.refusal);
    }
  }

  function addMessage(message: Fields, whole: boolean): void {
    think(readReasoning(message));
    details.add(message.reasoning_details);
    addContent(message.content);
    if (typeof message.refusal === "string") refuse(message.refusal);
    const { tool_calls, function_call } = message;
    const add = whole ? tools.addWhole : tools.addPiece;
    if (Array.isArray(tool_calls)) for (const call of tool_calls) add(call);
    // OpenAI's older form, of one call.
    else if (isRecord(function_call)) add({ index: 0, function: function_call });
  }

  const isCut = (): boolean => finishReasonOf(finish ?? "") === "length";

  return {
    /** Adds a choice of an answer or of a chunk; one without a message (Gemini's) still says how it ended. */
    add(choice: Fields): void {
      if (isRecord(choice.message)) addMessage(choice.message, true);
      else if (isRecord(choice.delta)) addMessage(choice.delta, false);
      else if (typeof choice.text === "string") say(choice.text);
      finish = wordOf(choice.finish_reason) ?? finish;
      native = wordOf(choice.native_finish_reason) ?? native;
      if (wants_logprobs && choice.logprobs) tokens.push(...toTokenLogprobs(choice.logprobs));
    },
    finished: () => finish !== undefined,
    finishWord: () => finish,
    /** OpenRouter's quote of the vendor's own reason, if it says that the answer failed. */
    failedNatively: () => (native && finishReasonOf(native) === "error" ? native : undefined),
    said: () => text !== "" || !tools.isEmpty(),
    thought: () => reasoning !== "",
    /** Whether a call has no name though the answer was not cut off: nobody can make it. */
    hasNamelessCall: () => !isCut() && tools.hasNameless(),
    /** The choice at its end, with at most `top` of the likeliest others for each token. */
    end(top: number): AnswerChoice {
      const tool_calls = tools.finish(isCut());
      const logprobs = tokens.map((token) => ({ ...token, top_logprobs: token.top_logprobs.slice(0, top) }));
      return {
        text,
        // A refusal ends as any answer does: its place alone tells it apart.
        finish_reason: refusal === "" ? finishReasonOf(finish ?? "") : "content_filter",
        ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
        ...(details.parts().length === 0 ? {} : { reasoning_details: details.parts() }),
        ...(refusal === "" ? {} : { refusal }),
        ...(tool_calls.length === 0 ? {} : { tool_calls }),
        ...(logprobs.length === 0 ? {} : { logprobs }),
      };
    },
  };
}

export type Choice = ReturnType<typeof createChoice>;
