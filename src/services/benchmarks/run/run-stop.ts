/** The end of one run before its last trial, which leaves the other runs alone. */
export interface RunStop {
  /** Fires when the run or the whole benchmark is ended: no further trial is begun. */
  readonly signal: AbortSignal;
  /** Fires when the open trials are to end as well: those of a provider that is down may take minutes to fail. */
  readonly open: AbortSignal;
  /** Why the run was stopped; null if it was not. */
  readonly reason: string | null;
  /** Begins no further trial of the run, and waits for those that are open. The first reason counts. */
  end(reason: string): void;
  /** Ends the run, open trials too, where so many in a row, in the order of their ends, got no answer. */
  note(error: string | null, max_failures: number): void;
}

export function createRunStop(outer: AbortSignal): RunStop {
  const own = new AbortController();
  const down = new AbortController();
  let reason: string | null = null;
  let failures = 0;

  function end(why: string): void {
    reason ??= why;
    own.abort(reason);
  }

  return {
    signal: AbortSignal.any([outer, own.signal]),
    open: AbortSignal.any([outer, down.signal]),
    get reason() {
      return reason;
    },
    end,
    note(error, max_failures) {
      failures = error === null ? 0 : failures + 1;
      if (error === null || failures < max_failures) return;
      end(`${failures} trials in a row got no answer. The last: ${error}`);
      down.abort(reason);
    },
  };
}
