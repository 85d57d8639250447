import type { Static, TObject } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { canonicalJson } from "../../../base/hash.ts";
import { faultsOf } from "../../../base/validation.ts";
import { converted } from "./conversion.ts";
import { excerpt } from "./texts.ts";

/** A reply that can't be used; `message` tells the judge, and later the reader, why. */
export class Unusable extends Error {}

const LENGTH_MAX = 500_000;
const OBJECTS_MAX = 20;
const THOUGHTS_END = "</think>";

/**
 * The outermost objects of a text that are closed, as they stand: in a fence, in prose, or alone. An object that is
 * never closed is none, so what was cut off is not made whole; brackets within strings don't count.
 */
export function objectsIn(text: string): string[] {
  const open: number[] = [];
  const closed: { start: number; end: number }[] = [];
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted && character === "\\") index++;
    else if (character === '"' && open.length > 0) quoted = !quoted;
    else if (quoted) continue;
    else if (character === "{") open.push(index);
    else if (character === "}" && open.length > 0) {
      const start = open.pop() ?? 0;
      while ((closed.at(-1)?.start ?? -1) > start) closed.pop();
      closed.push({ start, end: index + 1 });
    }
  }
  return closed.map(({ start, end }) => text.slice(start, end));
}

/** JSON, and what JSON5 allows beyond it (trailing commas, single quotes, comments); undefined for anything else. */
function parsed(json: string): unknown {
  for (const parse of [JSON.parse, Bun.JSON5.parse]) {
    try {
      return parse(json);
    } catch {
      // The other may do, or none: JSON5 overflows its stack on what is nested too deep.
    }
  }
  return undefined;
}

/** What comes after a model's spoken thoughts, which may hold drafts of its reply. */
function spoken(text: string): string {
  const end = text.lastIndexOf(THOUGHTS_END);
  return end === -1 ? text : text.slice(end + THOUGHTS_END.length);
}

/** The one object in a judge's words that has the form asked for. Throws Unusable for none, and for two that differ. */
export function readReply<Reply extends TObject>(text: string, form: Reply): Static<Reply> {
  if (text.length > LENGTH_MAX) throw new Unusable(`it is longer than ${LENGTH_MAX} characters`);
  const objects = objectsIn(spoken(text)).slice(-OBJECTS_MAX).map(parsed);
  const values = objects.filter((value) => value !== undefined).map((value) => converted(form, value));
  const fitting = values.filter((value): value is Static<Reply> => Value.Check(form, value));
  const [reply] = fitting;
  if (new Set(fitting.map(canonicalJson)).size > 1) throw new Unusable("it holds several different replies");
  if (reply !== undefined) return reply;
  if (values.length === 0) throw new Unusable(`it holds no whole JSON object: '${excerpt(text, 100)}'`);
  const [first] = faultsOf(Value.Errors(form, values[0]));
  throw new Unusable(`${first?.field || "it"} ${first?.fault ?? "does not have the form asked for"}`);
}
