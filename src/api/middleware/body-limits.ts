import { AppError, badField } from "../../base/errors.ts";
import type { Action } from "../../domain/permissions.ts";

/** The common limit of a body, in bytes. */
export const BODY_MAX = 1024 * 1024;
/** A thousand outputs with their contexts, of about 16 KiB each; or a prompt of some four million tokens. */
const LONG_BODY_MAX = 16 * 1024 * 1024;
/** A plugin's code, which base64 makes a third longer, and its manifest. */
const PLUGIN_BODY_MAX = 8 * 1024 * 1024;
const DATASET_BODY_MAX = 256 * 1024 * 1024;

interface LargeBody {
  maximum_bytes: number;
  /** The permission that is checked before the body is read. */
  action: Action;
  /** Whether the body may be a form with a file. */
  form?: true;
  /** Whether a large body is an object of lists, which are parsed piece by piece. */
  lists?: true;
  /** Whether the body is a prompt: the call behind it may take minutes, and needs little memory once it is parsed. */
  prompt?: true;
}

/** Paths whose bodies may be larger than `BODY_MAX`. */
export const LARGE_BODIES: ReadonlyMap<string, LargeBody> = new Map([
  ["/v1/datasets", { maximum_bytes: DATASET_BODY_MAX, action: "datasets.create", form: true, lists: true }],
  ["/v1/plugins", { maximum_bytes: PLUGIN_BODY_MAX, action: "plugins.manage", form: true }],
  ["/v1/evaluations/batch", { maximum_bytes: LONG_BODY_MAX, action: "evaluations.create", lists: true }],
  ["/v1/completions", { maximum_bytes: LONG_BODY_MAX, action: "completions.create", prompt: true }],
  ["/v1/chat/completions", { maximum_bytes: LONG_BODY_MAX, action: "completions.create", prompt: true }],
]);

/** Returns the limit of a path's body, in bytes. */
export const sizeLimitOf = (path: string): number => LARGE_BODIES.get(path)?.maximum_bytes ?? BODY_MAX;

export const tooLarge = (limit: number): AppError =>
  new AppError("PAYLOAD_TOO_LARGE", `The body may have at most ${limit} bytes.`, {
    field: "body",
    maximum_bytes: limit,
  });

/** How long a body may take to arrive, in milliseconds: a body of the common limit, and a large one. */
export interface BodyPatience {
  common_ms: number;
  large_ms: number;
}

/** 256 MiB in ten minutes need 3.6 Mbit/s. */
export const PATIENCE: BodyPatience = { common_ms: 30_000, large_ms: 600_000 };

/**
 * Returns the body if it arrives in time; throws BAD_REQUEST otherwise. Bun limits only a connection's silence, so a
 * client that sends a byte now and then would hold an upload's place for ever.
 */
export async function inTime<Body>(body: Promise<Body>, limit_ms: number): Promise<Body> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const fault = `was not complete within ${limit_ms / 1000} s`;
  const timer = setTimeout(() => reject(badField("body", fault)), limit_ms);
  try {
    return await Promise.race([body, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An upload may take several hundred megabytes of memory and one core while it is read. */
const UPLOADS_AT_ONCE = 4;
/** Long prompts that are read at once: 512 MiB in all. */
export const PROMPTS_AT_ONCE = 32;
const RETRY_AFTER_S = 2;

/** Creates a gate that bounds how many large uploads are in flight, from their first byte to their response. */
export function createUploadGate(maximum = UPLOADS_AT_ONCE) {
  const inFlight = new Set<Request>();
  return {
    /** Throws SERVICE_UNAVAILABLE with `retry_after` if the maximum is in flight. */
    enter(request: Request): void {
      if (inFlight.size >= maximum) {
        throw new AppError(
          "SERVICE_UNAVAILABLE",
          `${maximum} uploads are in progress, which is the maximum. Try again in ${RETRY_AFTER_S} seconds.`,
          { reason: "too_many_uploads", maximum, retry_after: RETRY_AFTER_S },
        );
      }
      inFlight.add(request);
      // A client that disconnects gets no response, so the place is given back here.
      request.signal.addEventListener("abort", () => inFlight.delete(request), { once: true });
    },
    leave: (request: Request): boolean => inFlight.delete(request),
  };
}
