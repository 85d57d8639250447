import { foldDigits } from "./numbers/digits.ts";

const DASH = /[\p{Pd}−]/gu;
const THOUSANDS_COMMA = /(?<=\d),(?=\d{3}(?!\d))/g;
/** Signs that may tell two answers apart wherever they stand: C#, C++, A*, O-, a/b, x=1. */
const TELLING = /[#+*/\\^_=<>|~@&%§°]/;
/**
 * Punctuation that says nothing: quotes, brackets, commas, full stops. Not one within a number, its sign or its leading
 * point, and not a dash at either end of a word, where it is a sign.
 */
const SAYS_NOTHING = /(?!(?<=\d)\p{P}\d)(?!(?<![\p{L}\p{N}])[-.]{1,2}[\p{L}\p{N}\\])[\p{P}\p{Sc}`]/gu;
const LEADING_ARTICLE = /(?<![\p{L}\p{N}_])(?:an?|the) (?=\S)/gu;

const isSign = (text: string, at: number): boolean => {
  const before = text[at - 1] ?? " ";
  const after = text[at + 1] ?? " ";
  return /\s/.test(before) !== /\s/.test(after) && !/\p{P}/u.test(before + after);
};

/** Whether an exclamation mark is a factorial's: behind a single letter or a digit. */
const isFactorial = (text: string, at: number): boolean =>
  /(?:^|[^\p{L}\p{N}])(?:\p{L}|\d{1,10})$/u.test(text.slice(Math.max(0, at - 12), at));

function withoutPunctuation(text: string): string {
  return text.replace(SAYS_NOTHING, (sign, at: number) => {
    if (TELLING.test(sign)) return sign;
    if (sign === "-" && isSign(text, at)) return sign;
    if (sign === "!" && isFactorial(text, at)) return sign;
    return "";
  });
}

const squeezed = (text: string): string => text.replace(/\s+/gu, " ").trim();

/** Folds full-width Latin letters and signs. */
const narrow = (text: string): string => text.replace(/[\uff01-\uff5e]/g, (wide) => wide.normalize("NFKC"));

/**
 * A short answer in words as it is compared with a reference: SQuAD's normalisation (lower case, without punctuation and
 * leading articles, blanks squeezed), except for what makes two answers differ: `C#` is not `C`, `O-` not `O`, `a/b` not
 * `ab`, "Vitamin A" not "vitamin". An answer of punctuation alone stays as it is.
 */
export function normalizeWords(text: string): string {
  const folded = squeezed(
    narrow(foldDigits(text.normalize("NFC")))
      .toLowerCase()
      .replace(DASH, "-"),
  );
  const bare = squeezed(withoutPunctuation(folded.replace(THOUSANDS_COMMA, "")));
  return bare === "" ? folded : bare.replace(LEADING_ARTICLE, "");
}
