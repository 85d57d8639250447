const UNITS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
  "eighteen",
  "nineteen",
];
const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

function numberWords(): Map<string, number> {
  const words = new Map(UNITS.map((word, value) => [word, value]));
  for (const [index, tens] of TENS.entries()) {
    const value = (index + 2) * 10;
    words.set(tens, value);
    for (let unit = 1; unit < 10; unit++) words.set(`${tens} ${UNITS[unit]}`, value + unit);
  }
  return words.set("a hundred", 100).set("one hundred", 100).set("hundred", 100);
}

const WORDS = numberWords();
const LONGEST_FIRST = [...WORDS.keys()].sort((left, right) => right.length - left.length);
const PATTERN = new RegExp(
  `^(${LONGEST_FIRST.map((word) => word.replace(" ", "[\\s-]+")).join("|")})(?![\\p{L}\\p{N}]|-\\p{L})`,
  "iu",
);

/** A number in English words at the beginning of a text, and how many characters it takes. */
export interface SpelledNumber {
  value: number;
  length: number;
}

/** Reads an English number word from zero to a hundred that the text begins with; null if it begins with none. */
export function spelledNumber(text: string): SpelledNumber | null {
  const [found] = PATTERN.exec(text) ?? [];
  if (found === undefined) return null;
  // "One Direction" is a name, "one direction" is a count.
  if (/^\s+\p{Lu}\p{Ll}/u.test(text.slice(found.length))) return null;
  const word = found.toLowerCase().replace(/[\s-]+/g, " ");
  return { value: WORDS.get(word)!, length: found.length };
}
