/** The end of one run before its last trial. The other runs go on. */
export interface RunStop {
  /** Fires when the run or the whole benchmark ends. No further trial begins. */
  readonly signal: AbortSignal;
  /** Fires when open trials must end, too. Without this, those of a provider that is down may take minutes to fail. */
  readonly open: AbortSignal;
  /** Why the run was stopped; null if it was not. */
  readonly reason: string | null;
  /** Begins no further trial of the run. Open trials go on. Only the first reason counts. */
  end(reason: string): void;
  /** Notes the end of a trial. After `max_failures` consecutive trials with an error, ends the run and its open trials. */
  note(error: string | null, max_failures: number): void;
}

export function createRunStop(benchmarkSignal: AbortSignal): RunStop {
  const runEnd = new AbortController();
  const openEnd = new AbortController();
  let reason: string | null = null;
  let failures = 0;

  function end(why: string): void {
    reason ??= why;
    runEnd.abort(reason);
  }

  return {
    signal: AbortSignal.any([benchmarkSignal, runEnd.signal]),
    open: AbortSignal.any([benchmarkSignal, openEnd.signal]),
    get reason() {
      return reason;
    },
    end,
    note(error, max_failures) {
      failures = error === null ? 0 : failures + 1;
      if (error === null || failures < max_failures) return;
      end(`${failures} consecutive trials got no answer. The last error: ${error}`);
      openEnd.abort(reason);
    },
  };
}
