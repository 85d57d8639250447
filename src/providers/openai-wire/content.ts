import { isRecord } from "../../base/json/json.ts";

/** What a content or a thought says: the words of the answer, of a refusal and of thinking apart. */
export interface Said {
  text: string;
  reasoning: string;
  refusal: string;
}

const joined = (values: readonly unknown[]): string => values.map(wordsOf).join("");

/** The words of a text, a list of parts, or a part. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return joined(value);
  if (!isRecord(value)) return "";
  const { text, thinking, summary, content } = value;
  const words = [text, thinking, summary, content].find(
    (part) => typeof part === "string" || Array.isArray(part),
  );
  return words === undefined ? "" : wordsOf(words);
}

function addPart(said: Said, part: unknown): void {
  const type = isRecord(part) && typeof part.type === "string" ? part.type : "text";
  if (/thinking|reasoning|thought/.test(type)) said.reasoning += wordsOf(part);
  else if (isRecord(part) && type === "refusal") said.refusal += wordsOf(part.refusal);
  // Pictures and the like are no words.
  else if (/text$/.test(type)) said.text += wordsOf(part);
}

/** A message's content that is no plain text: parts, of which thoughts and refusals stand apart. */
export function readParts(content: unknown): Said {
  const said = { text: "", reasoning: "", refusal: "" };
  for (const part of Array.isArray(content) ? content : [content]) addPart(said, part);
  return said;
}

/** Places of thoughts beside the content, in the order in which they are looked at: some servers fill several alike. */
const REASONING_FIELDS = ["reasoning_content", "reasoning", "thinking", "reasoning_details"] as const;

/** What a message or a delta has of thoughts beside its content. */
export function readReasoning(message: Readonly<Record<string, unknown>>): string {
  for (const name of REASONING_FIELDS) {
    const value = message[name];
    if (value === undefined || value === null || value === "") continue;
    const words = wordsOf(value);
    if (words !== "") return words;
  }
  return "";
}
