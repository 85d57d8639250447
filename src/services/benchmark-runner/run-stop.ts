/** The end of one run before its last trial, which leaves the other runs alone. */
export interface RunStop {
  /** Fires when the run or the whole benchmark is ended. */
  readonly signal: AbortSignal;
  /** Why the run was stopped; null if it was not. */
  readonly reason: string | null;
  /** Begins no further trial of the run. The first reason counts. */
  end(reason: string): void;
  /** Ends the run where so many trials in a row, in the order of their ends, got no answer. */
  note(error: string | null, max_failures: number): void;
}

export function createRunStop(outer: AbortSignal): RunStop {
  const own = new AbortController();
  let reason: string | null = null;
  let failures = 0;

  function end(why: string): void {
    reason ??= why;
    own.abort(reason);
  }

  return {
    signal: AbortSignal.any([outer, own.signal]),
    get reason() {
      return reason;
    },
    end,
    note(error, max_failures) {
      failures = error === null ? 0 : failures + 1;
      if (error !== null && failures >= max_failures)
        end(`${failures} trials in a row got no answer. The last: ${error}`);
    },
  };
}
