const HUB_FAULTS = [
  "unauthorized",
  "not_found",
  "unreachable",
  "server_error",
  "too_large",
  "invalid",
] as const;
export type HubFault = (typeof HUB_FAULTS)[number];

/** A failed request to the hub. `message` may be shown to callers: it never contains the token. */
export class HubError extends Error {
  override readonly name = "HubError";

  constructor(
    readonly fault: HubFault,
    message: string,
    options: { cause?: unknown; passing?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.passing = options.passing ?? false;
  }

  /** Whether another attempt may succeed. */
  readonly passing: boolean;
}
