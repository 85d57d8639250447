/**
 * How "Answer" is written before a colon. The list of openai/simple-evals (common.py, MULTILINGUAL_ANSWER_REGEXES) and
 * the languages that it leaves out.
 */
const WORDS = [
  "answer|ans",
  "antwort|lösung|ergebnis",
  "réponse|reponse",
  "respuesta",
  "risposta",
  "resposta|gabarito",
  "ответ",
  "відповідь|odgovor",
  "odpowied[źz]|odpověď",
  "antwoord|svar|vastaus|cevap|yanıt|válasz|răspuns(?:ul)?",
  "απάντηση",
  "jawaban|jibu|impendulo|tontu|đáp án|trả lời",
  "idahun|ìdáhùn|idáhùn|àmọ̀nà|àdáhùn|ànúgọ|àṣàyàn",
  "(?:الإجابة|الجواب|إجابة|جواب)(?: (?:النهائية|النهائي|الصحيحة|الصحيح))?(?: (?:هي|هو))?",
  "תשובה|جواب|پاسخ",
  "उत्तर|जवाब|উত্তর|பதில்|సమాధానం|คำตอบ",
  "正确答案|最终答案|答案|答复|答曰|解答|回答|正解|答え|答",
  "正確答案|最終答案",
  "정답|답변|답",
];
/** Words that name the choice itself: they declare a letter, not a text. */
const CHOICE_WORDS = [
  "correct",
  "option",
  "choice",
  "solution",
  "response",
  "selected",
  "selection",
  "conclusion",
  "verdict",
  "pick",
  "选项|選項|选择",
  "вариант",
  "opción|opção|alternativa|lettera",
];

/** Markdown, quotes and brackets between a word and its colon. */
const DECORATION = String.raw`[*_\x60"'”’)\]】]{0,4}`;
/** A colon, an equals sign, the visarga that stands for a colon in Hindi and Bengali, or a dash before a blank. */
const COLON = String.raw`\s{0,8}(?:[:：=]|ঃ|ः|[-–—](?=\s))`;
/** "choice", "is" and the like between a word and its colon. */
const QUALIFIERS = String.raw`(?:\s*[-–(]?\s*(?:choice|option|letter|key|is|was|est|es|ist|هي|是|为|為|は|은|는|है)\)?)?`;

const markOf = (words: readonly string[]): RegExp =>
  new RegExp(
    String.raw`(?<![\p{L}\p{M}])(?:${words.join("|")})(?![\p{L}\p{M}]{2,})${QUALIFIERS}${DECORATION}${COLON}`,
    "giu",
  );

const ANSWER_MARK = markOf(WORDS);
/** A heading in Chinese brackets, which needs no colon: 【答案】. */
const BRACKET_MARK = new RegExp(String.raw`【\s{0,4}(?:${WORDS.join("|")})\s{0,4}】\s{0,8}[:：]?`, "giu");
const CHOICE_MARK = markOf(CHOICE_WORDS);
/** GSM8K's own mark. */
const HASH_MARK = /(?:^|\n)#{4}[ \t]/g;
/** A heading that says no more than "Answer": the answer is what follows. */
const HEADING =
  /(?:^|\n)[ \t#>*_]*(?:the\s+)?(?:(?:final|correct|my)\s+)?(?:answer|antwort|réponse|respuesta|答案|最终答案)[*_#]*[ \t]*(?=\r?\n)/giu;

/** Where a mark of the answer ends, and whether it begins its line. */
export interface Mark {
  /** Offset of the mark's first character. */
  start: number;
  /** Offset behind the mark, where the answer begins. */
  end: number;
  /** Whether nothing but decoration and words of praise ("Final", "Correct") stands before it on its line. */
  anchored: boolean;
}

/** A line up to a mark that holds only decoration, articles, adjectives and words of conclusion. */
const BEFORE_ANCHOR =
  /(?:^|\n)[ \t\r>*_#\x60\-–•"'([【]*(?:(?:so|thus|hence|therefore|and|the|my|our|your|a|la|le|die|das|il|l['’]|o|a|final|correct|best|right|most likely|richtige|korrekte|endgültige|finale|bonne|correcte|correcta|final|corretta|правильный|окончательный|верный|सही|अंतिम|সঠিক|最终|正确|jawaban|doğru|đúng)[\s,]*[*_]*\s*)*$/iu;
const LOOK_BACK = 80;
/** The last marks decide: of an output that is made of marks no more are looked into. */
const FOUND_MAX = 200;

const isAnchored = (output: string, offset: number): boolean =>
  BEFORE_ANCHOR.test(
    (offset <= LOOK_BACK ? "\n" : "") + output.slice(Math.max(0, offset - LOOK_BACK), offset),
  );

const found = (output: string, pattern: RegExp, anchored?: boolean): Mark[] =>
  [...output.matchAll(pattern)].slice(-FOUND_MAX).map(({ index, 0: mark }) => ({
    start: index,
    end: index + mark.length,
    anchored: anchored ?? isAnchored(output, index),
  }));

/**
 * Finds where an output declares its answer by a mark: `ANSWER:` in any case, with markdown about it, in any language of
 * the list; a heading "Answer"; GSM8K's `####`. In order of their place. Linear in the output's length.
 */
export const answerMarks = (output: string): Mark[] =>
  [
    // A quoted word before a colon is the key of a JSON field, which has a rule of its own.
    ...found(output, ANSWER_MARK).filter(({ start }) => !/["']/.test(output.charAt(start - 1))),
    ...found(output, BRACKET_MARK, true),
    ...found(output, HASH_MARK, true),
    ...found(output, HEADING, true),
  ].sort((left, right) => left.end - right.end);

/** The same with the marks that declare only a letter, such as `Option:`; those count only where they begin a line. */
export const choiceMarks = (output: string): Mark[] =>
  [...answerMarks(output), ...found(output, CHOICE_MARK).filter(({ anchored }) => anchored)].sort(
    (left, right) => left.end - right.end,
  );
