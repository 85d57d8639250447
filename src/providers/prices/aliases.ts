/** A snapshot's date at the end of a model's name, as OpenAI (2024-08-06) and Anthropic (20250929) write it. */
const DATE = /[-@](?:20\d\d-\d\d-\d\d|20\d{6})(?=$|-v\d)/;
/** The geography of an inference profile of Amazon Bedrock. */
const GEOGRAPHY = /^(?:us-gov|us|eu|apac|jp|au|ca|sa|global)\.(?=[a-z0-9-]+\.)/;
/** The path before the name in an ARN of Amazon Bedrock, and Google's folder. */
const PATH = /^(?:arn:.*\/|models\/)/;

/**
 * Returns further names under which a model's price may be listed, nearest first: without its path, its geography, and
 * its date. A dated name is a snapshot of the undated one and has its price, unless it is listed itself.
 */
export function aliasesOf(model: string): string[] {
  const bare = model.replace(PATH, "");
  const anywhere = bare.replace(GEOGRAPHY, "");
  const names = [bare, anywhere, bare.replace(DATE, ""), anywhere.replace(DATE, "")];
  return [...new Set(names)].filter((name) => name !== model);
}
