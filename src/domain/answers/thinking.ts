/** What of an output is the answer, and whether the model was still thinking when it ended. */
export interface AnswerPart {
  /** The text behind the last closed train of thought; the whole output if it has none; empty if the thoughts are open. */
  text: string;
  /** Whether a train of thought begins and never ends: then there is no answer. */
  unfinished: boolean;
}

/** The marks between which model families write their thoughts into the output. */
const FAMILIES: readonly { open: RegExp; close: RegExp }[] = [
  // DeepSeek-R1, Qwen 3, GLM and most others; also with attributes, and in their longer spellings.
  {
    open: /<(?:think|thinking|thought|thoughts|reasoning|seed:think|internal_monologue|inner_monologue|scratchpad|reflection|antthinking)(?:\s[^<>]{0,100})?>/gi,
    close:
      /<\/(?:think|thinking|thought|thoughts|reasoning|seed:think|internal_monologue|inner_monologue|scratchpad|reflection|antthinking)\s*>/gi,
  },
  // Mistral's Magistral.
  { open: /\[THINK\]/g, close: /\[\/THINK\]/g },
  // Kimi.
  { open: /◁think▷/g, close: /◁\/think▷/g },
  // OpenThinker, Sky-T1.
  { open: /<\|begin_of_thought\|>/g, close: /<\|end_of_thought\|>/g },
  // Command A and Granite.
  { open: /<\|START_THINKING\|>/g, close: /<\|END_THINKING\|>/g },
  // Gemma 4, MedGemma, Apertus.
  { open: /<\|channel>thought/g, close: /<channel\|>/g },
  { open: /<unused94>/g, close: /<unused95>/g },
  { open: /<\|inner_prefix\|>/g, close: /<\|inner_suffix\|>/g },
  // Granite 3.2, at the output's beginning.
  { open: /^\s{0,20}here(?:['’]s| is) my thought process:/gi, close: /here(?:['’]s| is) my response:/gi },
  // gpt-oss decoded without its special tokens.
  { open: /^analysis(?=[A-Z])/g, close: /assistantfinal(?=\S)/g },
  // gpt-oss (harmony): the final channel ends the analysis channel.
  {
    open: /<\|channel\|>(?:analysis|commentary)[^<]{0,100}<\|message\|>/g,
    close: /<\|channel\|>final[^<]{0,100}<\|message\|>/g,
  },
];

const QUOTES = "`'\"“”‘’«»";

/** Whether a mark is quoted, as in a text about such marks. */
const isQuoted = (output: string, index: number, length: number): boolean =>
  index > 0 &&
  QUOTES.includes(output.charAt(index - 1)) &&
  QUOTES.includes(output.charAt(index + length) || " ");

function lastEnd(output: string, pattern: RegExp): number {
  let end = 0;
  for (const { index, 0: mark } of output.matchAll(pattern))
    if (!isQuoted(output, index, mark.length)) end = index + mark.length;
  return end;
}

const opensAfter = (output: string, start: number, pattern: RegExp): boolean =>
  [...output.matchAll(pattern)].some(
    ({ index, 0: mark }) => index >= start && !isQuoted(output, index, mark.length),
  );

/** Marks that wrap the final answer itself, or end a turn. */
const LEFTOVERS =
  /<\|(?:begin_of_solution|end_of_solution|START_RESPONSE|END_RESPONSE|return|end|im_end)\|>|<\/?(?:response)>/g;

/**
 * Returns what follows the last closed train of thought of an output. Reasoning models without a parser for their thoughts
 * write them into the output, between `<think>` and `</think>` or a like pair; an opening mark may be missing, since many
 * chat templates begin the answer with it. Linear in the output's length.
 */
export function answerPart(output: string): AnswerPart {
  let start = 0;
  for (const { close } of FAMILIES) start = Math.max(start, lastEnd(output, close));
  const unfinished = FAMILIES.some(({ open }) => opensAfter(output, start, open));
  if (unfinished) return { text: "", unfinished };
  if (start === 0) return { text: output, unfinished };
  return { text: output.slice(start).replace(LEFTOVERS, "").trim(), unfinished };
}
