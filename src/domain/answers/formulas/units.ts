import { normalizeWords } from "../words.ts";

const SET = /\s*\\(?:text|mbox|textrm|mathrm)\s*\{\s*([A-Za-z][A-Za-z .]*)\s*\}\s*(\^\s*\{?[23]\}?)?\s*$/;
const NAMES =
  "mm|cm|dm|m|km|in|ft|yd|mi|inch|inches|feet|foot|yards?|miles?|meters?|metres?|centimeters?|kilometers?|mg|g|kg|grams?|kilograms?|pounds?|ml|l|liters?|litres?|s|sec|seconds?|min|minutes?|h|hours?|days?|years?|degrees?|radians?|units?|dollars?|cents?|ways?|N|J|W|V|Pa";
/** Units of several letters, behind a blank; those of one letter could be factors. */
const BARE = new RegExp(
  String.raw`\s+((?:(?:square|cubic|sq\.?)\s+)?(?:${NAMES.split("|")
    .filter((name) => name.length > 1)
    .join("|")})(?:\s*\/\s*(?:s|h|min|kg|m))?)(\^\s*\{?[23]\}?)?\s*$`,
);
/** Letters that are constants though set upright, and words that are no unit. */
const NO_UNIT = /^(?:[eid]|or|and|if|for|where|log|ln|sin|cos|tan)$/;

/** A formula and the unit behind it; empty if it has none. */
interface Measured {
  text: string;
  unit: string;
}

/** Parts a formula from the unit behind it, such as `12\pi\text{ cm}^2` or `5\sqrt{2} inches`. */
export function withoutUnit(formula: string): Measured {
  const found = SET.exec(formula) ?? BARE.exec(formula);
  if (!found || NO_UNIT.test(found[1]!.trim())) return { text: formula, unit: "" };
  const text = formula.slice(0, found.index).trim();
  if (!/[\d\p{L})}\]]$/u.test(text)) return { text: formula, unit: "" };
  return { text, unit: `${found[1]!.trim()}${(found[2] ?? "").replace(/[\s{}]/g, "")}` };
}

/** Units that are spelled in several ways, in their shortest spelling. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:square|sq\.?) (\p{L}+)/gu, "$1^2"],
  [/\bcubic (\p{L}+)/gu, "$1^3"],
  [/[\^{}\s]+(?=[23](?!\d))/g, "^"],
  [/\b(?:centimet(?:er|re)s?)\b/g, "cm"],
  [/\b(?:millimet(?:er|re)s?)\b/g, "mm"],
  [/\b(?:kilomet(?:er|re)s?)\b/g, "km"],
  [/\b(?:met(?:er|re)s?)\b/g, "m"],
  [/\b(?:inches|inch)\b/g, "in"],
  [/\b(?:feet|foot)\b/g, "ft"],
  [/\b(?:kilograms?)\b/g, "kg"],
  [/\b(?:grams?)\b/g, "g"],
  [/\b(?:seconds?|secs?)\b/g, "s"],
  [/\b(?:minutes?|mins?)\b/g, "min"],
  [/\b(?:hours?|hrs?)\b/g, "h"],
  [/°|\^?\\circ|\bdegrees?\b/g, "deg"],
  [/\b(\p{L}{3,})s\b/gu, "$1"],
];

function unitOf(text: string): string {
  let unit = normalizeWords(text.replace(/\\(?:text|mbox|mathrm|textrm)\s*\{([^{}]*)\}/g, "$1"));
  for (const [pattern, spelling] of SPELLINGS) unit = unit.replace(pattern, spelling);
  return unit.replace(/\s+/g, " ").trim();
}

/** Whether two texts name the same unit: `square inches` is `in^2`, but no `cm^2`. */
export const isSameUnit = (left: string, right: string): boolean => unitOf(left) === unitOf(right);
