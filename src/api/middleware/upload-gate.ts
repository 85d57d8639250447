import { AppError } from "../../base/errors.ts";

/** Each upload may take several hundred megabytes while it is read, and a core. */
const AT_ONCE = 4;
const RETRY_AFTER_S = 2;

/** Bounds how many large uploads are in flight, from before the first byte is read until they are answered. */
export function createUploadGate(limit = AT_ONCE) {
  const inside = new Set<Request>();
  return {
    /** Throws SERVICE_UNAVAILABLE with `retry_after` while as many as may be are in flight. */
    enter(request: Request): void {
      if (inside.size >= limit) {
        throw new AppError(
          "SERVICE_UNAVAILABLE",
          `${limit} uploads are being read, the most at once. Try again in a few seconds.`,
          { reason: "too_many_uploads", maximum: limit, retry_after: RETRY_AFTER_S },
        );
      }
      inside.add(request);
      // Whoever hangs up gets no answer, after which the place would be given back.
      request.signal.addEventListener("abort", () => inside.delete(request), { once: true });
    },
    leave: (request: Request): boolean => inside.delete(request),
  };
}
