import { Type } from "@sinclair/typebox";

export const FENCED = Type.Boolean({
  default: false,
  description: "Whether the JSON may be in a Markdown code fence, with text around the fence.",
});

const FENCE = "```";

/** Returns the content of the first Markdown code fence in a text; the text itself if it has none. */
function insideFence(text: string): string {
  const opening = text.indexOf(FENCE);
  const start = opening < 0 ? -1 : text.indexOf("\n", opening);
  if (start < 0) return text;
  const end = text.indexOf(FENCE, start);
  return text.slice(start, end < 0 ? undefined : end);
}

/** A text read as JSON (RFC 8259): its value, a fault, or a note that it is nested too deeply. */
export type JsonReading = { value: unknown } | { fault: string } | { too_deep: true };

export function readJson(text: string, fenced: boolean): JsonReading {
  try {
    return { value: JSON.parse(fenced ? insideFence(text) : text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: error.message };
    if (error instanceof RangeError) return { too_deep: true };
    throw error;
  }
}

export const TOO_DEEP = "the output's JSON is nested too deeply to be read";
