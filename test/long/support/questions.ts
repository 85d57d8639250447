import { createRandom } from "../../../src/base/random.ts";
import { letterOf } from "../../../src/domain/choice-letters.ts";

/** As many as the test split of MMLU has. */
export const QUESTIONS = 14_042;
const WORDS = "the of a model sample trial benchmark answer choice light water stone river winter".split(" ");

/** A dataset's file of generated multiple-choice questions, as JSON lines. */
function questions(count: number): string {
  const random = createRandom(7);
  const sentence = (words: number) =>
    Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      input: `Question ${index}: ${sentence(30)}?`,
      choices: Array.from({ length: 4 }, (_choice, place) => `${letterOf(place)} ${sentence(6)}`),
      expected: letterOf(Math.floor(random() * 4)),
      group: `subject ${index % 57}`,
    }),
  );
  return lines.join("\n");
}

/** Uploads generated questions as a file and answers the dataset's name. */
export async function uploadQuestions(
  { url, token }: { url: string; token: string },
  count = QUESTIONS,
): Promise<string> {
  const name = `questions-${count}`;
  const form = new FormData();
  form.set("name", name);
  form.set("file", new File([questions(count)], `${name}.jsonl`));
  const response = await fetch(`${url}/v1/datasets`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  if (response.status !== 201) throw new Error(`Uploading answered ${response.status}`);
  return name;
}

/** The baselines for multiple choice, all four. */
export const BASELINES = ["random", "first", "longest", "overlap"].map((model) => ({
  provider: "baseline",
  model,
}));
