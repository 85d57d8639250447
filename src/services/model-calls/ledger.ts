import { AppError } from "../../base/errors.ts";
import { ProviderError } from "../../providers/provider.ts";
import type { WorstCase } from "./worst-case.ts";

/** Who holds money for calls before they are made. One ledger may be shared by any number of callers. */
export interface Ledger {
  /**
   * Holds the most that a call may cost, in US dollars, once it fits beside all that is spent and held. Throws
   * OverBudget where it never will, and the signal's reason if that fires first.
   */
  reserve(worst_usd: number, signal: AbortSignal): Promise<Hold>;
}

/** Money held for one attempt at a call. */
export interface Hold {
  /** What it came to: 0 where nothing was billed, the whole where nobody can tell. Counts once. */
  settle(cost_usd: number): void;
}

/** The next call may cost more than is left, and nothing that is open can free any. */
export class OverBudget extends Error {
  override readonly name = "OverBudget";

  /** @param begun whether calls of the same trial were paid before it: what they gave must not be lost */
  constructor(
    message: string,
    readonly begun = false,
  ) {
    super(message);
  }
}

/** What attempts at one call do with its money. */
export interface Guard {
  /** Before an attempt: waits until the call may be paid for. */
  take(signal: AbortSignal): Promise<void>;
  /** The attempt was never sent. */
  unsent(): void;
  failed(failure: unknown): void;
  /** `estimated`: the provider did not say how many tokens it was, so that the cost is a guess. */
  answered(cost_usd: number | null, estimated: boolean): void;
}

/** A gateway's time-outs and a server's breakdowns may come after the work was done. */
const isFreeStatus = (status: number): boolean =>
  (status >= 400 && status < 500 && status !== 408 && status !== 424) || status === 503 || status === 529;

/** Whether the provider certainly asks no money for a call that failed so: it refused it before any work. */
function isUnbilled(failure: unknown): boolean {
  if (!(failure instanceof ProviderError)) return false;
  if (failure.status !== undefined) return isFreeStatus(failure.status);
  return failure.reason === "not_configured" || failure.reason === "invalid_request";
}

/** Without money for it, a call that follows others fails like any call, and what the others gave is kept. */
function refusalOf(error: unknown, provider: string): unknown {
  return error instanceof OverBudget && error.begun
    ? new ProviderError(provider, "over_budget", error.message, { cause: error })
    : error;
}

/**
 * The guard of one call to a provider; undefined where it costs nothing. A call that came to nothing counts as the most it can have
 * cost unless it was refused, and so does an answer whose tokens the provider did not report.
 * Throws SERVICE_UNAVAILABLE where the most it may cost is not known.
 */
export function createGuard(ledger: Ledger, worst: WorstCase, provider: string): Guard | undefined {
  if ("unknown" in worst) {
    throw new AppError("SERVICE_UNAVAILABLE", `The budget can't be kept: ${worst.unknown}.`);
  }
  const { usd } = worst;
  if (usd === 0) return undefined;
  let hold: Hold | undefined;
  const settle = (cost_usd: number) => hold?.settle(cost_usd);
  return {
    async take(signal) {
      hold = await ledger.reserve(usd, signal).catch((error: unknown) => {
        throw refusalOf(error, provider);
      });
    },
    unsent: () => settle(0),
    failed: (failure) => settle(isUnbilled(failure) ? 0 : usd),
    answered(cost_usd, estimated) {
      settle(cost_usd === null || estimated ? Math.max(usd, cost_usd ?? 0) : cost_usd);
    },
  };
}
