import type { ProviderCompletion } from "../../domain/completions/completion.ts";
import { failure, networkFailure } from "../failure/network-failure.ts";
import type { CompletionRequest } from "../provider.ts";
import type { VendorCalls } from "../vendor.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { createBodyReader } from "./body-reader.ts";
import { embedTexts } from "./embed.ts";
import { readText } from "./http-body.ts";
import { createPieces } from "./pieces.ts";
import { createSender, type Wire } from "./send.ts";
import { createFeed } from "./stream.ts";

export type { Dialect, RequestBody, WireMessage } from "./dialect.ts";

/**
 * The calls of one provider by OpenAI's chat completions, as OpenAI and its imitators speak them. Answers are read
 * tolerantly and judged strictly: one without a finish reason, or with an error in it, is a failure.
 */
export function createWireCalls(wire: Wire): VendorCalls {
  const { account } = wire;
  const sender = createSender(wire);

  const failureOf = (error: unknown, signal: AbortSignal | undefined) =>
    networkFailure(error, account, signal) ??
    failure(account, "invalid_response", "answered what could not be read", { cause: error });

  async function askWhole(request: CompletionRequest, signal?: AbortSignal): Promise<ProviderCompletion> {
    const { response, call } = await sender.ask(request, false, signal);
    const answer = createAnswerReader(call);
    const body = createBodyReader(answer, account, response.headers.get("content-type"));
    body.feed(await readText(response));
    body.end();
    return answer.end();
  }

  /** The answer of a call, or the failure of it as a ProviderError. */
  async function withProviderErrors<Answer>(
    call: Promise<Answer>,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    try {
      return await call;
    } catch (error) {
      throw failureOf(error, signal);
    }
  }

  return {
    complete: (request, { signal } = {}) => withProviderErrors(askWhole(request, signal), signal),
    stream: (request, options = {}) =>
      createPieces((push) => ({
        ...createFeed(sender, request, options, push),
        failureOf: (error) => failureOf(error, options.signal),
      })),
    embed: (request, { signal } = {}) =>
      withProviderErrors(embedTexts(sender, request, wire, signal), signal),
  };
}
