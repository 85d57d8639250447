import type { Account } from "../failure/account.ts";
import { readErrorBody } from "../failure/error-body.ts";
import { httpFailure } from "../failure/http-failure.ts";
import { withinReach } from "../features.ts";
import type { CompletionRequest, Fetch } from "../provider.ts";
import type { VendorFacts } from "../vendor.ts";
import { askForStream, writeBody } from "./body.ts";
import type { WireCall } from "./call.ts";
import type { Dialect, Endpoint, RequestBody, WirePath } from "./dialect.ts";
import { createPost, headersOf, readFailure } from "./post.ts";
import { createRefusedFields } from "./refused-fields.ts";

/** How often one call is asked otherwise after a refusal that says how. */
const LESSONS_MAX = 6;

/** One provider: who it is, how it speaks, and where it is. */
export interface Wire {
  vendor: VendorFacts;
  account: Account;
  dialect: Dialect;
  endpoint: Endpoint;
  fetch: Fetch;
}

/** A call that was answered with a status below 300, and what its reading needs. */
export interface Answered {
  response: Response;
  call: WireCall;
}

/** Sends requests of one provider. Throws ProviderError for a refusal, and whatever the network throws. */
export function createSender({ vendor, account, dialect, endpoint, fetch }: Wire) {
  const post = createPost(endpoint, dialect, account, fetch);
  const refused = createRefusedFields(vendor.title);

  /** Sends a body, and asks otherwise if its refusal says how. `write` makes the body anew each time. */
  async function send(
    path: WirePath,
    write: () => RequestBody,
    model: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    for (let lessons = 0; ; lessons++) {
      const body = write();
      const response = await post(path, model, body, signal);
      if (response.status < 300) return response;
      const answer = await readFailure(response);
      const says_how =
        (answer.status === 400 || answer.status === 422) &&
        lessons < LESSONS_MAX &&
        refused.learn(model, body, readErrorBody(answer));
      if (!says_how) throw httpFailure(answer, account);
    }
  }

  return {
    send,
    /** Sends a request for a completion, as far as the provider can meet it. */
    async ask(asked: CompletionRequest, streams: boolean, signal?: AbortSignal): Promise<Answered> {
      const { request, warnings: left_out } = withinReach(asked, vendor);
      const { model, top_logprobs, n: count = 1 } = request;
      let warnings: readonly string[] = [];
      const write = (): RequestBody => {
        const { body, warnings: written } = writeBody(request, dialect, account.name);
        if (streams) askForStream(body, dialect);
        warnings = [...left_out, ...written, ...refused.adapt(model, body)];
        return body;
      };
      const response = await send("/chat/completions", write, model, signal);
      const headers = () => headersOf(response);
      return { response, call: { account, dialect, model, count, top_logprobs, warnings, headers } };
    },
  };
}

export type Sender = ReturnType<typeof createSender>;
