const sentencesOf = (text) => text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence.trim() !== "");

export function execute({ output }) {
  const sentences = sentencesOf(output);
  if (sentences.length === 0) return { score: null, details: "there are no sentences" };
  const cited = sentences.filter((sentence) => /\[\d+\]/.test(sentence)).length;
  return { score: cited / sentences.length, details: `${cited} of ${sentences.length} sentences` };
}
