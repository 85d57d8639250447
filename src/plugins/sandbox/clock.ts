/** The fixed time of every plugin's clock. */
export const FROZEN_TIME = "2026-01-01T00:00:00.000Z";

const frozen_ms = Date.parse(FROZEN_TIME);

/** Freezes this process's clock, which QuickJS reads. */
export function stopClock(): void {
  Date.now = () => frozen_ms;
}
