import { createRandom } from "../../base/random.ts";
import { solveArithmetic } from "../../domain/arithmetic.ts";
import { letterOf } from "../../domain/choice-letters.ts";
import type { FinishReason } from "../../domain/completions/completion.ts";
import { type CompletionRequest, lastUserMessage, tokenLimitOf } from "../provider.ts";
import type { MockSettings } from "./mock-settings.ts";

const TOPIC_WORDS = 12;

/** Splits a text into words, each with the white space after it; joined, they are the text. */
export const wordsOf = (text: string): string[] => text.match(/^\s*\S+\s*|\S+\s*/g) ?? [];

function arithmetic(result: number, accuracy: number, random: () => number): string {
  const slip = random() < accuracy ? 0 : 1 + Math.floor(random() * 9);
  return `Worked out step by step, this comes to ${result + slip}.\nANSWER: ${result + slip}`;
}

/** An answer in a prescribed form contains nothing else. */
function choice(count: number, random: () => number, answers: readonly string[] = []): string {
  const chosen = Math.floor(random() * count);
  return answers[chosen] ?? `The options were weighed against each other.\nANSWER: ${letterOf(chosen)}`;
}

function prose(prompt: string): string {
  const topic = wordsOf(prompt).slice(0, TOPIC_WORDS).join("").trim();
  return (
    `This is a simulated answer about "${topic}". The question has more than one side, and each deserves a look. ` +
    "In short, the usual view holds, with the usual exceptions."
  );
}

/** Returns the whole answer: the same settings, seed and prompt always give the same text. */
function write(request: CompletionRequest, settings: MockSettings): string {
  const prompt = lastUserMessage(request.messages);
  const random = createRandom(`${settings.seed}:${request.seed ?? 0}:${request.repeat ?? 0}:${prompt}`);
  if (request.choices?.length) return choice(request.choices.length, random, request.answers);
  const result = solveArithmetic(prompt);
  return result === null ? prose(prompt) : arithmetic(result, settings.accuracy, random);
}

/** Cuts the text before the first stop sequence. */
function untilStop(text: string, stop: readonly string[]): string {
  const ends = stop.map((sequence) => text.indexOf(sequence)).filter((index) => index >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}

export interface MockAnswer {
  words: string[];
  finish_reason: FinishReason;
}

/** Returns the answer of the simulated model, within `stop` and `max_tokens` (in words). */
export function answerOf(request: CompletionRequest, settings: MockSettings): MockAnswer {
  const words = wordsOf(untilStop(write(request, settings), request.stop ?? []));
  const room = tokenLimitOf(request) ?? words.length;
  return { words: words.slice(0, room), finish_reason: words.length > room ? "length" : "stop" };
}
