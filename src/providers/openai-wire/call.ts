import type { Account } from "../failure/account.ts";
import type { HeaderFields } from "../failure/rate-limit.ts";
import type { Dialect } from "./dialect.ts";

/** One call that was sent, as far as the reading of its answer needs it. */
export interface WireCall {
  account: Account;
  dialect: Dialect;
  /** The model that was asked. */
  model: string;
  /** How many answers were asked for. */
  count: number;
  /** How many likeliest tokens to report; undefined if log-probabilities were not asked for. */
  top_logprobs: number | undefined;
  warnings: readonly string[];
  /** The answer's headers, read when a failure needs them. */
  headers(): HeaderFields;
}
