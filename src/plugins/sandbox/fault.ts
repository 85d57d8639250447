import type { FaultReason } from "../plugin.ts";

const MESSAGE_MAX = 500;

/** A failure that a worker reports instead of an output. */
export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    readonly reason: FaultReason,
    message: string,
  ) {
    super(message.slice(0, MESSAGE_MAX));
  }
}
