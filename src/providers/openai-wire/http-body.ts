import { BODY_MAX, BodyTooLarge, isKnownSmall } from "../body-limit.ts";

/** A body's text, piece by piece, up to the size limit; the connection is closed beyond it. */
export function createTextSource(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let size = 0;
  return {
    /** The next piece; undefined at the end. Throws BodyTooLarge. */
    async next(): Promise<string | undefined> {
      const { done, value } = await reader.read();
      if (done) return undefined;
      size += value.byteLength;
      if (size > BODY_MAX) {
        await reader.cancel();
        throw new BodyTooLarge(BODY_MAX);
      }
      return decoder.decode(value, { stream: true });
    },
    /** Hangs up. */
    close: (): void => void reader.cancel().catch(() => undefined),
  };
}

export type TextSource = ReturnType<typeof createTextSource>;

/** How long the end of a body that said it was done is waited for, so that its connection can be used again. */
const DRAIN_MS = 1_000;

/** Reads a body to its end, of which nothing is wanted any more; hangs up if the end does not come. */
export function drain(source: TextSource): void {
  const timer = setTimeout(source.close, DRAIN_MS);
  const end = async () => {
    while ((await source.next()) !== undefined);
  };
  void end()
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}

/** The whole text of a body, up to the size limit. Throws BodyTooLarge. */
export async function readText(response: Response): Promise<string> {
  if (isKnownSmall(response)) return response.text();
  if (!response.body) return "";
  const source = createTextSource(response.body);
  let text = "";
  for (;;) {
    const piece = await source.next();
    if (piece === undefined) return text;
    text += piece;
  }
}
