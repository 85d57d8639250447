import type { ProviderAccount } from "../../domain/vendors.ts";
import type { Account } from "../failure/account.ts";
import type { HttpAnswer } from "../failure/error-body.ts";
import { failure } from "../failure/network-failure.ts";
import type { HeaderFields } from "../failure/rate-limit.ts";
import { abortedError } from "../failures.ts";
import type { Fetch } from "../provider.ts";
import type { Dialect, Endpoint, RequestBody, WirePath } from "./dialect.ts";
import { readText } from "./http-body.ts";

const bearerOf = ({ api_key }: ProviderAccount): Record<string, string> =>
  api_key ? { authorization: `Bearer ${api_key}` } : {};

export const headersOf = (response: Response): HeaderFields => Object.fromEntries(response.headers);

/** The failure of an answer, as it is read: the body to its end. */
export async function readFailure(response: Response): Promise<HttpAnswer> {
  const { status, statusText } = response;
  return { status, status_text: statusText, headers: headersOf(response), body: await readText(response) };
}

/** Sends bodies to one endpoint. Its headers are made once. */
export function createPost(endpoint: Endpoint, dialect: Dialect, account: Account, send: Fetch) {
  const headers = {
    "content-type": "application/json",
    ...(dialect.headersOf ?? bearerOf)(endpoint.account),
  };

  /**
   * Answers as soon as the headers are there. It follows no redirection: the key would go along to wherever that
   * points. Throws whatever the network throws, and ProviderError for an aborted call and for a redirection.
   */
  return async (
    path: WirePath,
    model: string,
    body: RequestBody,
    signal?: AbortSignal,
  ): Promise<Response> => {
    if (signal?.aborted) throw abortedError(account.name, signal);
    const url = dialect.urlOf?.(endpoint, path, model) ?? `${endpoint.base_url}${path}`;
    const response = await send(url, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      redirect: "manual",
      ...(signal ? { signal } : {}),
    });
    if (response.status < 300 || response.status >= 400) return response;
    await response.body?.cancel();
    throw failure(
      account,
      "invalid_response",
      `answered with a redirection (HTTP ${response.status}), which is not followed`,
    );
  };
}

export type Post = ReturnType<typeof createPost>;
