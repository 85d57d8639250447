import type { CallOptions, CompletionDelta, CompletionRequest } from "../provider.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { createBodyReader } from "./body-reader.ts";
import { createTextSource, drain, type TextSource } from "./http-body.ts";
import type { PieceFeed } from "./pieces.ts";
import type { Answered, Sender } from "./send.ts";

/** The reading of one stream: pieces are pushed as the text comes. */
function readerOf({ response, call }: Answered, push: (delta: CompletionDelta) => void) {
  const answer = createAnswerReader(call, push);
  const body = createBodyReader(answer, call.account, response.headers.get("content-type"));
  return { answer, body, source: response.body ? createTextSource(response.body) : undefined };
}

/** Feeds a stream of pieces with the answer to a request. */
export function createFeed(
  sender: Sender,
  request: CompletionRequest,
  { signal, onBegin }: CallOptions,
  push: (delta: CompletionDelta) => void,
): Omit<PieceFeed, "failureOf"> {
  let reading: ReturnType<typeof readerOf> | undefined;
  let left = false;

  /** A connection that breaks once the model has said that it is done has lost nothing. */
  async function nextText(
    source: TextSource | undefined,
    isDone: () => boolean,
  ): Promise<string | undefined> {
    try {
      return await source?.next();
    } catch (error) {
      if (signal?.aborted || !isDone()) throw error;
      return undefined;
    }
  }

  return {
    async open() {
      reading = readerOf(await sender.ask(request, true, signal), push);
      if (left) reading.source?.close();
      else onBegin?.();
    },
    async more() {
      if (!reading) return true;
      const { answer, body, source } = reading;
      const text = await nextText(source, answer.finished);
      if (text !== undefined) body.feed(text);
      if (text !== undefined && !body.done()) return false;
      body.end();
      push({ type: "finish", completion: answer.end() });
      if (text !== undefined && source) drain(source);
      return true;
    },
    close() {
      left = true;
      reading?.source?.close();
    },
  };
}
