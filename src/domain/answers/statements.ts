/** A sentence that states the answer: where what it states begins. */
export interface Statement {
  start: number;
  end: number;
  /** Whether its clause says so without doubt or condition, as "some might say the answer is" does not. */
  plain: boolean;
  /** Whether it gives the answer of another case ("otherwise the answer is"). */
  alternative?: boolean;
  /** Whether it counts only if nothing but a letter follows in its sentence ("So B."). */
  bare?: boolean;
}

/** "final", "most likely" and the like before "answer". */
const ADJECTIVES = String.raw`(?:(?:final|correct|right|best|most likely|most appropriate|most accurate|only|true|overall)\s+)*`;
/** A remark in brackets behind the noun. */
const BRACKETED = String.raw`(?:\s*\([^()\n]{0,60}\))?`;
/** What the answer is said to be of: "to this question", "among the options". */
const ABOUT = String.raw`(?:\s+(?:here|to (?:this|the|your) (?:question|problem|riddle)|for (?:this|the) (?:question|problem)|choice|option|letter|among [\w ,]{0,40}|that [\w ,'’-]{0,60}?))?`;
/** "is" and its like; not if a word of denial follows. */
const IS = String.raw`\s*[*_]*\s+(?:is|was|would be|should be|must be|will be|has to be|becomes|seems to be|appears to be|turns out to be)(?!\s+(?:not|n['’]t|neither|either|incorrect|wrong|never|none of)\b)`;
/** Adverbs between "is" and what is stated. */
const SOFTENERS = String.raw`(?:\s*[*_]*\s*(?:indeed|therefore|thus|hence|then|clearly|definitely|simply|actually|probably|most likely|likely|certainly|surely|obviously|for sure|of course|given by|as follows|just))*[*_]*\s*[:：,]?`;

/** "The answer is …" in the languages of the marks, for a text or a letter. */
const ANSWER_IS = [
  `answer${BRACKETED}${ABOUT}${IS}${SOFTENERS}`,
  String.raw`answer\s*[=≈]\s*`,
  // German, French, Spanish, Italian, Portuguese, Dutch.
  String.raw`(?:antwort|lösung)\s+(?:ist|lautet|wäre|sein)(?!\s+nicht)\s*:?`,
  String.raw`(?:réponse|reponse)(?:\s+(?:correcte|exacte|finale|juste))*\s+(?:est|serait)(?!\s+pas)\s*:?`,
  String.raw`respuesta(?:\s+(?:correcta|final))*\s+(?:es|sería)\s*:?`,
  String.raw`risposta(?:\s+(?:corretta|giusta|esatta|finale))*\s+(?:è|sarebbe|e['’])\s*:?`,
  String.raw`resposta(?:\s+(?:correta|certa|final))*\s+(?:é|seria)\s*:?`,
  String.raw`antwoord\s+is\s*:?`,
  // Swedish, Danish and Norwegian, Romanian, Greek, Hebrew.
  String.raw`svar(?:et)?\s+(?:är|er)(?!\s+(?:inte|ikke))\s*:?`,
  String.raw`răspuns(?:ul)?(?:\s+(?:corect|final))*\s+este\s*:?`,
  String.raw`απάντηση\s+είναι(?!\s+(?:δεν))(?:\s+(?:η|το)(?=\s))?\s*:?`,
  String.raw`התשובה(?:\s+(?:הנכונה|הסופית))*\s+(?:היא|הוא)\s*:?`,
  // Russian, Polish, Turkish, Indonesian, Vietnamese.
  String.raw`ответ\s*(?:[-–—:]|это|является)\s*`,
  String.raw`odpowiedź\s+(?:to|jest|brzmi)\s*:?`,
  // Czech, Serbian, Hungarian.
  String.raw`(?:odpověď|odgovor)\s+je\s*:?`,
  String.raw`(?<!\p{L})a\s+válasz\s*:?`,
  String.raw`cevap(?:ı)?\s*[:,]?`,
  String.raw`jawaban(?:nya)?(?:\s+yang\s+(?:benar|tepat))?\s+adalah\s*:?`,
  String.raw`(?:đáp án|câu trả lời)(?:\s+(?:đúng|chính xác|cuối cùng))*\s+là\s*:?`,
  // Arabic, Urdu, Hindi and Marathi, Bengali, Telugu, Thai.
  String.raw`(?:الإجابة|الجواب)(?:\s+(?:الصحيحة|الصحيح|النهائية|النهائي))*\s+(?:هي|هو)\s*:?`,
  String.raw`(?:उत्तर|जवाब)\s*(?:(?:है|आहे|:|-)\s*|(?=[(\[]?[A-Z\d]))`,
  String.raw`উত্তর\s*(?:হল|হলো|:|-)\s*`,
  String.raw`సమాధానం\s*(?=[(\[]?[A-Z\d])`,
  String.raw`คำตอบ(?:ที่ถูกต้อง)?\s*(?:คือ|เป็น)\s*:?`,
  // Swahili, Zulu, Wolof, Yoruba.
  String.raw`jibu\s+(?:sahihi\s+)?ni\s*:?`,
  String.raw`impendulo\s+ithi\s*:?`,
  String.raw`tontu\s+bi\s+mooy\s*:?`,
  String.raw`ìdáhùn(?:\s+náà)?\s+ni\s*:?`,
  // Chinese, Japanese, Korean.
  String.raw`(?:答案|正解|答え|解答)\s*(?:应该|應該|应|應|就|只能)?\s*(?:是|为|為|は|选|選)\s*[:：]?`,
  String.raw`(?:정답|답)\s*(?:은|는|이)\s*`,
];

/** The nouns and verbs that choose a letter. */
const CHOICE_IS = [
  `(?:option|choice|letter|selection|response|statement|solution)${BRACKETED}${ABOUT}${IS}${SOFTENERS}`,
  String.raw`(?<![\p{L}])(?:I|we)(?:['’]d|['’]ll| would| will| must| shall|['’]m going to| am going to)?(?: have to| therefore| thus| then)?\s+(?:choose|chose|select|selected|pick|picked|go with|went with|going with|opt for|answer|conclude|vote for|say)(?:\s+(?:that|it is|it['’]s|the|answer|option|choice|letter|option letter))*\s*:?`,
  String.raw`(?<![\p{L}])I\s+(?:think|believe|guess)\s+(?:that\s+)?(?:it['’]s|it\s+is)`,
  String.raw`(?<![\p{L}])(?:leaving|leaves)(?:\s+(?:only|just|us|with|behind))*`,
  String.raw`(?:^|\n|[.!?]\s)[ \t]{0,8}(?:so|thus|hence|therefore)?,?[ \t]{0,4}(?:choose|select|pick)\s+(?:the\s+)?(?:answer|option|choice|letter)?\s*:?`,
  String.raw`(?:richtig|korrekt)\s+(?:ist|wäre)\s*:?(?:\s+(?:die\s+)?(?:antwort|option))?`,
  String.raw`(?:bonne réponse|bonne option|option correcte)\s+(?:est|serait)\s*:?`,
  String.raw`(?:opción|alternativa|opção|letra|opzione)(?:\s+(?:correcta|correta|certa|corretta|giusta))+\s+(?:es|é|è)\s*:?`,
  String.raw`(?:(?:故|应|應|所以|因此|我|本题|答案)\s{0,3})?(?:选择|選擇|应选|應選|故选|故選|选|選)(?!项|項)\s*(?:了)?\s*[:：]?`,
  String.raw`(?<!\p{L})جواب\s*(?=[(\[]?[A-Z])`,
  String.raw`(?:正确|正確)(?:的)?(?:选项|選項|答案)?\s*(?:是|为|為)\s*[:：]?`,
];

/** Articles and nouns that may stand between "is" and the letter, such as "the option" or "a letra". */
const NOUNS = String.raw`(?:\s{0,8}[*_(]{0,4}(?:the|la|le|l['’]|die|der|el|il|[oa](?=\s+(?:letra|lettera|alternativa|opção|op[cz]i[oó]n))|alternative|alternativa|option|opción|opção|opzione|choice|answer|letter|letra|lettera|antwort|réponse|选项|選項|number|вариант|lựa chọn|pilihan)(?![\p{L}\p{M}])\s{0,8}[:*_]{0,4}){0,3}`;

const flags = "giu";
const texts = new RegExp(String.raw`(?<![\p{L}\p{M}])${ADJECTIVES}(?:${ANSWER_IS.join("|")})`, flags);
const letters = new RegExp(
  String.raw`(?<![\p{Script=Latin}\p{M}])${ADJECTIVES}(?:${[...ANSWER_IS, ...CHOICE_IS].join("|")})${NOUNS}`,
  flags,
);
/** A conclusion in so few words that it counts only where the sentence ends behind its letter. */
const CONCLUSIONS =
  /(?<=^|\n|[.!?]\s{1,3})[ \t*_]{0,8}(?:(?:so|thus|hence|therefore|consequently|finally|c['’]est|es ist)\s*[,:]?\s*(?:it(?:['’]s| is| must be)\s+)?|(?:it|that)(?:['’]s| is| must be| would be)\s+|(?:因此|所以|故)\s*[,，]?\s*)(?=[*_("'$[\\]*[A-Za-z][*_)"'$\].]*(?:\s*$|\s*\n|[.!)]))/giu;
/** Words before a statement that put it in the mouth of others, in doubt, or under a condition. */
const DOUBTFUL =
  /\b(?:otherwise|unless|whether|suppose|assum\w+|pretend|some(?:one|body)?|people|one|you|others|many|students?)\s+(?:people\s+|of\s+\w+\s+)?(?:might|may|could|would|can|say|says|think|thinks|argue|claim|believe)\b|\b(?:otherwise|unless|whether|suppose|supposing|assuming)\b|\b(?:might|may|could|would) (?:think|say|believe|argue|seem|suggest|assume|guess)\b|\b(?:not|don['’]t|doesn['’]t|isn['’]t|cannot|can['’]t) (?:think|say|believe|mean|know|sure)\b|\b(?:tempting|wrongly|mistakenly|incorrectly)\b/i;
/** What holds only in another case: "However, if it were cold, the answer would be (E)". */
const HYPOTHETICAL = /\b(?:but|however|though|although|yet)\b.*\bif\b/i;
const SENTENCE_REACH = 160;
/** The last statements decide: of an output that is made of them no more are looked into. */
const FOUND_MAX = 200;

/** What stands before an offset in its own sentence. */
function sentenceBefore(output: string, offset: number): string {
  const before = output.slice(Math.max(0, offset - SENTENCE_REACH), offset);
  return (
    before.split(/[.!?;。！？；\n]\s*|,\s*(?:but|yet|however|though|although|whereas|while|so)\b/iu).at(-1) ??
    ""
  );
}

/** Whether the clause before an offset leaves what follows in doubt, or says it of another case. */
function isPlain(output: string, offset: number): boolean {
  const before = sentenceBefore(output, offset);
  return !DOUBTFUL.test(before) && !HYPOTHETICAL.test(before);
}

const find = (output: string, pattern: RegExp): Statement[] =>
  [...output.matchAll(pattern)].slice(-FOUND_MAX).map(({ index, 0: head }) => ({
    start: index,
    end: index + head.length,
    plain: isPlain(output, index),
    alternative: /\botherwise\b/i.test(sentenceBefore(output, index)),
  }));

/** Finds the sentences that state an answer ("so the answer is …"), in order. */
export const answerStatements = (output: string): Statement[] => find(output, texts);

/** The same with those that choose a letter ("I choose …", "option … is"). */
export const choiceStatements = (output: string): Statement[] => [
  ...find(output, letters),
  ...find(output, CONCLUSIONS).map((statement) => ({ ...statement, bare: true })),
];

/** A capital letter with its noun and the brackets and markdown round it. */
const LETTER = String.raw`[*_("'“\[]{0,6}(?:option|choice|answer|opción|alternativa|opção|antwort|вариант|选项|選項)?\s{0,3}[*_("'“\[]{0,6}([A-Z])[*_)"'”\].]{0,6}`;
/** "the right one" behind a letter and its verb; the group holds the article. */
const PRAISE = String.raw`((?:the|la|l['’]|die|der|el)\s+)?(?:only\s+|most\s+)?(?:correct|right|best|accurate|appropriate|proper|true|answer|correcta|correcte|richtig(?:e)?|korrekt|correta|certa|corretta|giusta|esatta|верный|правильный|верно)`;
/** "Option B is correct": the letter before the verb. "A is right if …" is none. */
const INVERTED = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${LETTER})(?:\s*[:,]?\s*["“(][^"”)\n]{0,80}["”)])?\s+(?:is|would be|must be|seems|appears to be|est|es|ist|è|é)\s+(?:therefore\s+|thus\s+|indeed\s+|clearly\s+)?${PRAISE}(?!\p{L})(?!\s+(?:if|only if|when|but)\b)`,
  "gu",
);
/** The same in Chinese, Japanese and Korean. */
const INVERTED_EASTERN =
  /(?:(?:选项|選項)\s{0,3})?([A-Z])\s{0,3}(?:项|項)?(?:是正确|是正確|是对的|是對的|正确|正確|が正解|が正しい|가 정답|이 정답|번이 정답)/gu;

/** A letter that a sentence praises: "Option B is correct", "(B) is the right answer". */
export interface PraisedLetter {
  letter: string;
  start: number;
  plain: boolean;
  /** Whether it is called the right one, and not only right, as several may be. */
  definite: boolean;
}

/** Finds the letters that sentences call right, in order. */
export const praisedLetters = (output: string): PraisedLetter[] =>
  [INVERTED, INVERTED_EASTERN].flatMap((pattern) =>
    [...output.matchAll(pattern)]
      .slice(-FOUND_MAX)
      .map(({ index, 0: praise, 1: letter = "", 2: article }) => ({
        letter,
        start: index,
        definite: article !== undefined || /正解|정답/u.test(praise),
        plain: isPlain(output, index),
      })),
  );
