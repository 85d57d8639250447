import { AppError } from "../../base/errors.ts";

const RETRY_AFTER_S = 10;

const refusal = (code: "RATE_LIMIT_EXCEEDED" | "SERVICE_UNAVAILABLE", message: string, maximum: number) =>
  new AppError(code, `${message} Close some, or try again in ${RETRY_AFTER_S} seconds.`, {
    reason: "too_many_sockets",
    maximum,
    retry_after: RETRY_AFTER_S,
  });

/** Counts open sockets. One caller may hold half of the places: no single caller can shut all others out. */
export function createPlaces(in_all: number) {
  const per_caller = Math.max(1, Math.floor(in_all / 2));
  const held = new Map<string, number>();
  let total = 0;

  const countOf = (key: string): number => held.get(key) ?? 0;

  function refuseIfFull(key: string): void {
    if (countOf(key) < per_caller) return;
    const message = `You have ${per_caller} open WebSockets, which is the maximum for one caller.`;
    throw refusal("RATE_LIMIT_EXCEEDED", message, per_caller);
  }

  function change(key: string, by: 1 | -1): void {
    const count = countOf(key) + by;
    if (count > 0) held.set(key, count);
    else held.delete(key);
    total += by;
  }

  return {
    /** Takes a place. Throws RATE_LIMIT_EXCEEDED if the caller holds its share, SERVICE_UNAVAILABLE if all are taken. */
    take(key: string): void {
      refuseIfFull(key);
      if (total >= in_all) {
        const message = `The server has ${in_all} open WebSockets, which is the maximum.`;
        throw refusal("SERVICE_UNAVAILABLE", message, in_all);
      }
      change(key, 1);
    },
    leave: (key: string): void => change(key, -1),
    /** Gives a place to another caller. Throws RATE_LIMIT_EXCEEDED if that caller holds its share. */
    move(from: string, to: string): void {
      if (from === to) return;
      refuseIfFull(to);
      change(from, -1);
      change(to, 1);
    },
  };
}

export type Places = ReturnType<typeof createPlaces>;
