import type { Fetch } from "../../../base/fetch.ts";
import { VERSION } from "../../../base/version.ts";
import { HubError, type HubFault } from "./hub-error.ts";

const REDIRECTS_MAX = 5;

/** The address of the hub, its token and the function that fetches. */
export interface HubAccess {
  /** An address without a slash at its end, such as `https://huggingface.co`. */
  endpoint: string;
  token?: string | undefined;
  fetch: Fetch;
}

interface HubRequest {
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** An answer with its unread body, and the hub's facts about the file before any redirection. */
export interface HubAnswer {
  response: Response;
  /** Size, SHA-256 and commit of the file, as far as the hub reports them. */
  bytes?: number;
  sha256?: string;
  commit?: string;
}

const FAULT_OF: Readonly<Record<number, HubFault>> = {
  401: "unauthorized",
  403: "unauthorized",
  404: "not_found",
};

function refusal(path: string, status: number, hasToken: boolean): HubError {
  const fault = FAULT_OF[status] ?? (status >= 500 || status === 429 ? "server_error" : "invalid");
  const login = hasToken ? "HF_TOKEN has no access to it" : "set HF_TOKEN to a token that has access to it";
  const hint = fault === "unauthorized" ? `: ${login}` : "";
  return new HubError(fault, `The hub answered ${status} for ${path}${hint}.`, {
    passing: fault === "server_error",
  });
}

/** Reads the hub's own facts about a large file; the store to which it redirects reports other values. */
function factsOf({ headers }: Response): Omit<HubAnswer, "response"> {
  const bytes = Number(headers.get("x-linked-size") ?? Number.NaN);
  const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get("x-linked-etag") ?? "")?.[1];
  const commit = /^[0-9a-f]{40}$/.exec(headers.get("x-repo-commit") ?? "")?.[0];
  return {
    ...(Number.isSafeInteger(bytes) && bytes > 0 ? { bytes } : {}),
    ...(sha256 ? { sha256 } : {}),
    ...(commit ? { commit } : {}),
  };
}

function nextOf(from: URL, location: string | null): URL {
  const next = location !== null && URL.canParse(location, from) ? new URL(location, from) : undefined;
  const isSafe = next && (next.protocol === "https:" || next.protocol === from.protocol);
  if (next && isSafe && /^https?:$/.test(next.protocol)) return next;
  throw new HubError(
    "invalid",
    "The hub redirected to an address that is not HTTP, or less secure than its own.",
  );
}

/**
 * Requests a path from the hub. Follows at most five redirections, never from https to http, and sends the token to
 * the hub's own origin only. Throws HubError for any status except 200, 206 and 416, and if there is no answer.
 */
export async function askHub(
  access: HubAccess,
  path: string,
  { headers, signal }: HubRequest,
): Promise<HubAnswer> {
  const { endpoint, token, fetch } = access;
  const home = new URL(endpoint).origin;
  let url = new URL(`${endpoint}${path}`);
  let facts: Omit<HubAnswer, "response"> = {};
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    const authorization = token && url.origin === home ? { authorization: `Bearer ${token}` } : {};
    const common = { "user-agent": `llm-test-bench/${VERSION}`, "accept-encoding": "identity" };
    const response = await reach(fetch, url, {
      headers: { ...common, ...headers, ...authorization },
      signal,
    });
    if (url.origin === home) facts = { ...facts, ...factsOf(response) };
    const { status } = response;
    if ([200, 206, 416].includes(status)) return { response, ...facts };
    await response.body?.cancel();
    if (![301, 302, 303, 307, 308].includes(status)) throw refusal(path, status, token !== undefined);
    url = nextOf(url, response.headers.get("location"));
  }
  throw new HubError("invalid", `The hub redirected ${path} more than ${REDIRECTS_MAX} times.`);
}

async function reach(fetch: Fetch, url: URL, { headers, signal }: HubRequest): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: "manual", signal });
  } catch (cause) {
    throw unreachable(url.origin, cause);
  }
}

export function unreachable(where: string, cause: unknown): HubError {
  const isLate = cause instanceof Error && cause.name === "TimeoutError";
  const why = isLate ? "did not answer in time" : "could not be reached, or closed the connection";
  return new HubError("unreachable", `${where} ${why}.`, { cause, passing: true });
}
