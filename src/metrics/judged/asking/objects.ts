import { beginsString, endOfString } from "./strings.ts";

/**
 * Returns the outermost closed objects of a text as they are written: in a fence, in prose, or alone. An object
 * that is never closed is left out, so a reply that was cut off is not completed. Brackets within strings do not
 * count.
 */
export function objectsIn(text: string): string[] {
  const open: number[] = [];
  const closed: { start: number; end: number }[] = [];
  let previous = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (open.length > 0 && beginsString(character, previous)) index = endOfString(text, index);
    else if (character === "{") open.push(index);
    else if (character === "}" && open.length > 0) {
      const start = open.pop() ?? 0;
      while ((closed.at(-1)?.start ?? -1) > start) closed.pop();
      closed.push({ start, end: index + 1 });
    }
    if (character.trim() !== "") previous = character;
  }
  return closed.map(({ start, end }) => text.slice(start, end));
}
