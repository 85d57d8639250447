import { badField } from "../../base/errors.ts";

/** How long a body may take from its head to its last byte, in milliseconds: one of at most the common size, and others. */
export interface BodyPatience {
  common_ms: number;
  large_ms: number;
}

/** 256 MiB in ten minutes are 3.6 Mbit/s. */
export const PATIENCE: BodyPatience = { common_ms: 30_000, large_ms: 600_000 };

/**
 * The body, if it is there in time. The connection's own limit is on its silence, and whoever sends a byte now and then
 * would hold a place among the uploads for ever. Throws BAD_REQUEST for one that is late.
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
