import type { Account } from "../failure/account.ts";
import type { EmbeddingRequest, ProviderEmbedding } from "../provider.ts";
import { unreadable } from "./body-reader.ts";
import type { Dialect } from "./dialect.ts";
import { type EmbeddedTexts, readEmbeddings } from "./embeddings.ts";
import { readText } from "./http-body.ts";
import type { Sender } from "./send.ts";

/** Vectors of more texts could outgrow the largest body that is read. */
const TEXTS_AT_ONCE = 256;

async function embedOnce(
  sender: Sender,
  { model, texts }: EmbeddingRequest,
  { dialect, account }: { dialect: Dialect; account: Account },
  signal: AbortSignal | undefined,
): Promise<EmbeddedTexts> {
  const { encoding_format = "float" } = dialect.embeddings ?? {};
  const write = () => ({ model, input: texts, encoding_format });
  const response = await sender.send("/embeddings", write, model, signal);
  const text = await readText(response);
  try {
    return readEmbeddings(JSON.parse(text), texts.length, encoding_format, account);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unreadable(account, "The body is not JSON.", response.headers.get("content-type"));
  }
}

/** All results together; the tokens are null as soon as one call reported none. */
function joined(model: string, results: readonly EmbeddedTexts[]): ProviderEmbedding {
  const total = results.reduce((sum, { prompt_tokens }) => sum + (prompt_tokens ?? Number.NaN), 0);
  const is_known = results.length > 0 && Number.isFinite(total);
  return {
    vectors: results.flatMap(({ vectors }) => vectors),
    model,
    usage: is_known ? { prompt_tokens: total } : null,
  };
}

/** Embeds all texts, as many at once as the vendor takes. */
export async function embedTexts(
  sender: Sender,
  { model, texts }: EmbeddingRequest,
  wire: { dialect: Dialect; account: Account },
  signal: AbortSignal | undefined,
): Promise<ProviderEmbedding> {
  const at_once = wire.dialect.embeddings?.at_once ?? TEXTS_AT_ONCE;
  const results: EmbeddedTexts[] = [];
  for (let start = 0; start < texts.length; start += at_once) {
    const some = { model, texts: texts.slice(start, start + at_once) };
    results.push(await embedOnce(sender, some, wire, signal));
  }
  return joined(model, results);
}
