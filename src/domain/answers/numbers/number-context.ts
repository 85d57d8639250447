const ANOTHER = String.raw`(?:[-+]?\s*\p{Sc}?\s*\d|(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)\b)`;
/** What makes of a number that stands before it a part of something else. */
const NO_SINGLE_NUMBER: readonly RegExp[] = [
  // A range, a difference, a date: 17-18, 17 – 18, 2024-05-01.
  new RegExp(String.raw`^\s*(?:%|\p{Sc}|°C?)?\s*[-–—~]+\s*${ANOTHER}`, "iu"),
  // A range or a choice in words: 17 to 18, 17 or 18, 17 and 18; also behind a unit: 5 cm or 6 cm.
  new RegExp(
    String.raw`^\s*(?:%|\p{Sc}|[\p{L}°]+)?\s*[,;]?\s*(?:to|or|and|through|bis|oder|und|ou|et|à|o|y|или|или же|и|至|到|或|和)\s*(?:maybe\s+|perhaps\s+|possibly\s+)?${ANOTHER}`,
    "iu",
  ),
  /^\s*(?:or|and)\s+(?:more|less|fewer|greater|above|below|higher|lower|over|under)\b/iu,
  /^\s*\+(?![\p{L}])/u,
  // A list: 17, 18. "5, not 6" says what the number is not.
  new RegExp(String.raw`^\s*[,;|&]\s*(?:(?:and|or|maybe|perhaps|possibly)\s+)?${ANOTHER}`, "iu"),
  // An exponent beyond what is computed with.
  /^[eE][-+]?\d/,
  // Two numbers side by side.
  /^\s+\d/u,
  // A calculation, a power, a relation: 5 + 3, 2^10, 5 < 6.
  /^\s*(?:\^|\*|×|·|⋅|÷|\/|=|<|>|≤|≥|±|≠)/u,
  /^\s+[xX]\s*\d/u,
  /^\s*\+\s*\S/u,
  /^\s+-\s+\S/u,
  // A time or a ratio: 7:30, 3:1.
  /^\s*:\s*\d/u,
  // A factor of a variable or a root: 5x, 3\pi, 2√3, 4i.
  /^\s*(?:√|π|∞|\\)/u,
  /^[xyznabcpqrtuwi](?![\p{L}])/u,
  /^[xyznabcpqrtuwi]\s*[-+*/^=]/u,
  // A product: 3(x+1). Words in brackets are a remark.
  /^\((?=[^)]*[-+*/^=xyz])(?![^)]*\p{L}{3,})/u,
  // A compound: 5 feet 6 inches, 3 hours and 20 minutes.
  /^\s*(?!(?:in|of|per|for|at|on|after|by|from|out|over|during|within|since|until|vs|not|but|because|as|with|if|when|than)\b)\p{L}+\.?,?\s+(?:and\s+)?\d/iu,
  // A second thought in a bracket: 5 (or 6).
  new RegExp(String.raw`^\s*\(\s*(?:or|maybe|perhaps|possibly)\s+${ANOTHER}`, "iu"),
  /^[\s?]*\bor\b[^.\n]{0,40}\d/iu,
];

/** Whether what follows a number makes it a part of something else: a range, a list, a calculation, a date. */
export const isPartOfMore = (rest: string): boolean => NO_SINGLE_NUMBER.some((pattern) => pattern.test(rest));

const RELATION =
  /[<>≤≥≠±]|≠|\b(?:at least|at most|more than|less than|fewer than|greater than|over|under|up to|between|zwischen|entre)\b/i;

/** Whether what stands before a number makes it a bound, such as "at least" or `<`. */
export const isBound = (before: string): boolean => RELATION.test(before);
