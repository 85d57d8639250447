/** An answer that stands in a box, a tag or a field of its own. */
export interface Contained {
  rule: "boxed" | "answer_tag" | "json";
  content: string;
  start: number;
}

/** The commands that draw a box, before their brace or their bare argument. */
const BOXES = /\\(?:boxed|fbox|framebox)\s*(?=[{ \d])/g;
const CONTENT_MAX = 10_000;
/** The last ones decide: of an output that is made of boxes no more are looked into. */
const BOXES_MAX = 100;

/** The text between the brace at `open` and the one that closes it; null if none does. */
function braced(text: string, open: number): string | null {
  let depth = 0;
  for (let at = open; at < Math.min(text.length, open + CONTENT_MAX); at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return text.slice(open + 1, at);
  }
  return null;
}

function boxes(output: string): Contained[] {
  return [...output.matchAll(BOXES)].slice(-BOXES_MAX).flatMap(({ index, 0: command }) => {
    const open = index + command.length;
    const content =
      output[open] === "{"
        ? braced(output, open)
        : (/^\s*([^\s$\\.,]+)/.exec(output.slice(open, open + 80))?.[1] ?? null);
    return content === null ? [] : [{ rule: "boxed" as const, content: content.trim(), start: index }];
  });
}

/** The pairs of marks that an answer stands between. */
const PAIRS: readonly { open: RegExp; close: RegExp }[] = [
  {
    open: /<(?:final_?answer|answer|ans|final)(?:\s[^<>]{0,100})?>/gi,
    close: /<\/(?:final_?answer|answer|ans|final)\s*>/gi,
  },
  { open: /\[(?:FINAL_?ANSWER|ANSWER)\]/gi, close: /\[\/(?:FINAL_?ANSWER|ANSWER)\]/gi },
  { open: /<\|begin_of_box\|>/g, close: /<\|end_of_box\|>/g },
  { open: /\[\[(?=\s*[A-Za-z0-9])/g, close: /\]\]/g },
];

/** What stands between a closing mark and the last opening one before it. */
function between(output: string, { open, close }: (typeof PAIRS)[number]): Contained[] {
  const opens = [...output.matchAll(open)].map(({ index, 0: mark }) => ({ index, end: index + mark.length }));
  let next = 0;
  return [...output.matchAll(close)].flatMap(({ index: closed }) => {
    const from = next;
    while (next < opens.length && opens[next]!.end <= closed) next++;
    const opened = next > from ? opens[next - 1] : undefined;
    if (!opened) return [];
    const content = output.slice(opened.end, Math.min(closed, opened.end + CONTENT_MAX)).trim();
    return [{ rule: "answer_tag" as const, content, start: opened.index }];
  });
}

const tags = (output: string): Contained[] => PAIRS.flatMap((pair) => between(output, pair));

/** The names of a JSON field that holds an answer. */
const KEYS =
  "answer|final_?answer|correct_?answer|answer_?letter|answer_?choice|correct_?option|correct_?choice|choice|option|selected(?:_?(?:option|answer|choice))?|selection|letter|prediction|antwort|respuesta|réponse|答案";
/** A field of a JSON object, or of a Python dictionary, with a text, a number or a truth value. */
const FIELD = new RegExp(
  String.raw`(["'])(?:${KEYS})\1\s*:\s*(?:("(?:[^"\\\n]|\\.)*")|'((?:[^'\\\n]|\\.)*)'|(-?\d[\d.eE+-]*|true|false|True|False)(?=\s*[,}\n]))`,
  "giu",
);

function unquoted(json: string): string {
  try {
    return JSON.parse(json) as string;
  } catch {
    return json.slice(1, -1);
  }
}

const fields = (output: string): Contained[] =>
  [...output.matchAll(FIELD)].map(({ index, 2: json, 3: python, 4: bare }) => ({
    rule: "json" as const,
    content: (json === undefined ? (python ?? bare ?? "") : unquoted(json)).trim(),
    start: index,
  }));

/** Finds the answers of an output that stand in `\boxed{}`, in `<answer>` and its like, or in a JSON field, in order. */
export const containedAnswers = (output: string): Contained[] =>
  [...boxes(output), ...tags(output), ...fields(output)].sort((left, right) => left.start - right.start);
