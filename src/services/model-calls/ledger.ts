import { AppError } from "../../base/errors.ts";
import { ProviderError } from "../../providers/provider.ts";
import type { WorstCase } from "./worst-case.ts";

/** Reserves money for calls before they are made. Any number of callers may share one ledger. */
export interface Ledger {
  /**
   * Reserves the most that a call may cost, in US dollars, once the budget covers it beside all that is spent and
   * reserved. Throws OverBudget if it never will, and the signal's reason if that fires first.
   */
  reserve(worst_usd: number, signal: AbortSignal): Promise<Hold>;
}

/** The money reserved for one attempt at a call. */
export interface Hold {
  /** Books the cost: 0 if nothing was billed, the whole reserve if the cost is unknown. Only the first call counts. */
  settle(cost_usd: number): void;
}

/** The next call may cost more than is left of the budget, and no open reserve can free enough. */
export class OverBudget extends Error {
  override readonly name = "OverBudget";

  /** @param begun whether earlier calls of the same trial were paid; their answers must not be lost */
  constructor(
    message: string,
    readonly begun = false,
  ) {
    super(message);
  }
}

/** The money of one call, as its attempts use it. */
export interface Guard {
  /** Waits, before an attempt, until the budget covers the call. */
  take(signal: AbortSignal): Promise<void>;
  /** Frees the reserve of an attempt that was never sent. */
  unsent(): void;
  /** Books an attempt that failed: at its highest cost, unless the provider certainly billed nothing. */
  failed(failure: unknown): void;
  /** Books an answer. `estimated`: the provider did not report the tokens, so that the cost is a guess. */
  answered(cost_usd: number | null, estimated: boolean): void;
}

/** Whether a response of this status is free. A gateway's time-out or a server's error may follow finished work. */
const isFreeStatus = (status: number): boolean =>
  (status >= 400 && status < 500 && status !== 408 && status !== 424) || status === 503 || status === 529;

/** Whether the provider certainly bills nothing for this failure, because it refused the call before any work. */
function isUnbilled(failure: unknown): boolean {
  if (!(failure instanceof ProviderError)) return false;
  if (failure.status !== undefined) return isFreeStatus(failure.status);
  return failure.reason === "not_configured" || failure.reason === "invalid_request";
}

/** A refused call that follows paid ones fails like any call, so that the answers of the others are kept. */
function refusalOf(error: unknown, provider: string): unknown {
  return error instanceof OverBudget && error.begun
    ? new ProviderError(provider, "over_budget", error.message, { cause: error })
    : error;
}

/**
 * Returns the guard of one call to a provider; undefined if the call costs nothing. A failed call counts at the most that
 * it can have cost, unless the provider refused it. So does an answer whose tokens the provider did not report.
 * Throws SERVICE_UNAVAILABLE if the most that the call may cost is not known.
 */
export function createGuard(ledger: Ledger, worst: WorstCase, provider: string): Guard | undefined {
  if ("unknown" in worst)
    throw new AppError("SERVICE_UNAVAILABLE", `The budget can't be guaranteed: ${worst.unknown}.`);
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
