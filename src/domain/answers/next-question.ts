/** A line with which a base model goes on to a question of its own making, as the examples of its prompt do. */
const NEXT_QUESTION =
  /\n[ \t]{0,8}(?:[*#]{1,4}[ \t]{0,4})?(?:(?:human|user)[ \t]{0,4}[:：]|(?:question|problem|q|问题|题目|質問|질문|frage|pregunta|pergunta|вопрос)[*]{0,2}[ \t]{0,4}[:：])/iu;

/**
 * Returns what stands before the first question that an output goes on with; null if there is none. Models without a stop
 * sequence answer, and then write further questions and answers (sgl-project/sglang#29933).
 */
export function beforeNextQuestion(output: string): string | null {
  const { index = 0 } = NEXT_QUESTION.exec(output) ?? {};
  const head = output.slice(0, index);
  return head.trim() === "" ? null : head;
}
