/** The moment at which every plugin's clock stands still. */
export const FROZEN_TIME = "2026-01-01T00:00:00.000Z";

const moment = Date.parse(FROZEN_TIME);

/** Unix milliseconds, for the worker itself. */
export const realTime: () => number = Date.now.bind(Date);

/** QuickJS asks this process's clock for the time: from now on it stands still. */
export function stopClock(): void {
  Date.now = () => moment;
}
