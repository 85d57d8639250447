import type { Fetch } from "../../../base/fetch.ts";
import { VERSION } from "../../../base/version.ts";
import { HubError, type HubFault } from "./hub-error.ts";

const REDIRECTS_MAX = 5;

/** The hub as it is reached. */
export interface HubAccess {
  /** Without a slash at its end, such as `https://huggingface.co`. */
  endpoint: string;
  token?: string | undefined;
  fetch: Fetch;
}

/** An answer with its body still to be read, and what the hub said of the file before it sent us elsewhere. */
export interface HubAnswer {
  response: Response;
  /** Size and SHA-256 of the file, and the commit it is of, where the hub says so. */
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
  const login = hasToken ? "HF_TOKEN may not read it" : "set HF_TOKEN to a token that may read it";
  const hint = fault === "unauthorized" ? `: ${login}` : "";
  return new HubError(fault, `The hub answered ${status} for ${path}${hint}.`, {
    passing: fault === "server_error",
  });
}

/** What the hub's own answer says of a large file; the store that it sends us to says something else. */
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
  throw new HubError("invalid", "The hub redirected to an address that is not followed.");
}

/**
 * Asks the hub for a path. Its redirections are followed, five at most, never from https to http, and the token goes
 * to the hub's own origin alone. Throws HubError for any answer but 200, 206 and 416, and where none comes.
 */
export async function askHub(
  access: HubAccess,
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<HubAnswer> {
  const { endpoint, token, fetch } = access;
  const home = new URL(endpoint).origin;
  let url = new URL(`${endpoint}${path}`);
  let facts: Omit<HubAnswer, "response"> = {};
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    const authorization = token && url.origin === home ? { authorization: `Bearer ${token}` } : {};
    const sent = { "user-agent": `llm-test-bench/${VERSION}`, "accept-encoding": "identity" };
    const response = await reach(fetch, url, { ...sent, ...headers, ...authorization }, signal);
    if (url.origin === home) facts = { ...facts, ...factsOf(response) };
    const { status } = response;
    if ([200, 206, 416].includes(status)) return { response, ...facts };
    await response.body?.cancel();
    if (![301, 302, 303, 307, 308].includes(status)) throw refusal(path, status, token !== undefined);
    url = nextOf(url, response.headers.get("location"));
  }
  throw new HubError("invalid", `The hub redirected ${path} more than ${REDIRECTS_MAX} times.`);
}

async function reach(
  fetch: Fetch,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: "manual", signal });
  } catch (cause) {
    throw unreachable(url.origin, cause);
  }
}

export function unreachable(where: string, cause: unknown): HubError {
  const isLate = cause instanceof Error && cause.name === "TimeoutError";
  const why = isLate ? "does not answer" : "can't be reached, or broke the connection off";
  return new HubError("unreachable", `${where} ${why}.`, { cause, passing: true });
}
