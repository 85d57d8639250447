/** Where the digits 0 to 9 of a decimal digit's own script begin, by code point. */
const zeros = new Map<number, number>();

const isDigit = (code: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(code));

/** The value of a decimal digit of any script. Unicode keeps the ten digits of a script in one row, in order. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0)!;
  let zero = zeros.get(code);
  if (zero === undefined) {
    let start = code;
    while (isDigit(start - 1)) start--;
    // Several rows may follow each other without a gap, as those of mathematical bold and double-struck digits do.
    zero = code - ((code - start) % 10);
    zeros.set(code, zero);
  }
  return code - zero;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "⁰": "0",
  "¹": "1",
  "²": "2",
  "³": "3",
  "⁴": "4",
  "⁵": "5",
  "⁶": "6",
  "⁷": "7",
  "⁸": "8",
  "⁹": "9",
  "⁻": "-",
  "⁺": "+",
};
const SUPERSCRIPT_RUN = /[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g;

/** Full-width and Arabic forms of the characters that numbers are written with. */
const FOLDED: Readonly<Record<string, string>> = {
  "，": ",",
  "．": ".",
  "％": "%",
  "٪": "%",
  "＋": "+",
  "－": "-",
  "＝": "=",
  "／": "/",
  "（": "(",
  "）": ")",
  "٫": ".",
  "٬": ",",
  "−": "-",
  "﹣": "-",
  "‐": "-",
  "‑": "-",
  "⁄": "/",
  "∕": "/",
};
const FOLDABLE = new RegExp(`[${Object.keys(FOLDED).join("")}]`, "g");

/** ½ and its like, as a fraction of two whole numbers. */
const VULGAR = /(\d?)([¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])/g;

/**
 * Rewrites the digits of every script, superscripts (`10⁶` as `10^6`), fractions such as `½`, and full-width and Arabic
 * signs in ASCII. All other characters stay as they are.
 */
export function foldDigits(text: string): string {
  return text
    .replace(SUPERSCRIPT_RUN, (run) => `^${[...run].map((sign) => SUPERSCRIPTS[sign]).join("")}`)
    .replace(VULGAR, (_all, whole: string, sign: string) =>
      `${whole} ${sign.normalize("NFKC").replace("⁄", "/")}`.trimStart(),
    )
    .replace(FOLDABLE, (sign) => FOLDED[sign]!)
    .replace(/\p{Nd}/gu, (digit) => (digit <= "9" ? digit : String(digitValue(digit))));
}
