import { Unusable } from "./reading.ts";
import { excerpt } from "./texts.ts";

/** Words that mean yes or no in any language here; a word that means both in two languages is in neither list. */
const YES =
  "1 1.0 y true yes correct ✓ ✔ ✅ oui ja sí si sì sim да так tak ano evet ναι نعم כן हाँ हां जी_हाँ ya có đúng ใช่ 是 是的 对 對 正确 正確 はい ええ 예 네 kyllä igen بله হ্যাঁ ہاں ஆம் ndiyo jes";
const NO =
  "0 0.0 n false no incorrect ✗ ✘ ❌ non nein não nao нет ні nie ne не hayır hayir όχι لا לא नहीं tidak không sai ไม่ ไม่ใช่ 否 不 不是 不对 不對 错误 錯誤 いいえ いえ 아니오 아니요 아뇨 ei nem خیر না نہیں இல்லை hapana nee nej nei nu 没有";

const CANNOT_TELL = "i_don't_know unknown unsure unclear undetermined";

const meaning = (words: string, means: string) =>
  words.split(" ").map((word): [string, string] => [word.replaceAll("_", " ").normalize("NFKC"), means]);

/** Other words that judges use for yes, no and idk: numbers, booleans, signs, and the words of other languages. */
export const YES_AND_NO: Readonly<Record<string, string>> = Object.fromEntries([
  ...meaning(YES, "yes"),
  ...meaning(NO, "no"),
  ...meaning(CANNOT_TELL, "idk"),
]);

/** Other words that judges use for the first answer, the second, and neither. */
export const FIRST_AND_SECOND: Readonly<Record<string, string>> = Object.fromEntries([
  ...meaning(
    "1 a answer_1 answer_a premier première erste erster primero primera primeiro primo первый первая 第一 第一个 첫_번째",
    "first",
  ),
  ...meaning(
    "2 b answer_2 answer_b deuxième second seconde zweite zweiter segundo segunda secondo второй вторая 第二 第二个 두_번째",
    "second",
  ),
  ...meaning(
    "draw equal neither both même égalité unentschieden empate pareggio ничья 平局 引き分け 무승부",
    "tie",
  ),
]);

const REPLY_MAX = 1000;
const VARIATION_SELECTOR = "\ufe0f";
/** Quotes, brackets, markdown, stops and marks that cannot be seen, at either end of a word. */
const AROUND = /^[\s\p{P}\p{Cf}`]+|[\s\p{P}\p{Cf}`]+$/gu;

/** A verdict with its reason behind it: `Yes, the context says so.` */
const WITH_REASON = /^(yes|no|true|false)[\s*_]*[,.;:–—-][\s*_]+(.+)$/s;
const HEDGE =
  /\b(?:but|however|partly|partially|mostly|somewhat|except|although|though|unless|not (?:entirely|fully|quite)|or|maybe)\b/;
const OPPOSITE: Readonly<Record<string, RegExp>> = {
  yes: /\b(?:no|false)\b/,
  true: /\b(?:no|false)\b/,
  no: /\b(?:yes|true)\b/,
  false: /\b(?:yes|true)\b/,
};

/** Returns the verdict of a reply that goes on with a plain reason; the whole reply if it hedges or takes it back. */
function withoutReason(reply: string): string {
  const [, verdict = "", reason = ""] = WITH_REASON.exec(reply) ?? [];
  if (verdict === "" || HEDGE.test(reason) || OPPOSITE[verdict]?.test(reason)) return reply;
  return verdict;
}

/** Returns the allowed word that a reply means. Throws Unusable. */
export function wordOf(
  reply: string,
  words: readonly string[],
  synonyms: Readonly<Record<string, string>> = YES_AND_NO,
): string {
  const readable = reply.slice(0, REPLY_MAX).replaceAll(VARIATION_SELECTOR, "").normalize("NFKC");
  const bare = withoutReason(readable.toLowerCase().replace(AROUND, ""));
  if (words.includes(bare)) return bare;
  const meant = Object.hasOwn(synonyms, bare) ? synonyms[bare] : undefined;
  if (meant !== undefined && words.includes(meant)) return meant;
  throw new Unusable(`'${excerpt(reply, 40)}' is none of ${words.join(", ")}`);
}
