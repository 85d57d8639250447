/** Limits the time without data: the signal fires `ms` after the last `restart`, or with the outer signal. */
export function startSilence(ms: number, outer: AbortSignal) {
  const controller = new AbortController();
  const fire = () => controller.abort(new DOMException("No data arrived in time.", "TimeoutError"));
  let timer = setTimeout(fire, ms);
  return {
    signal: AbortSignal.any([controller.signal, outer]),
    restart(): void {
      clearTimeout(timer);
      timer = setTimeout(fire, ms);
    },
    end: (): void => clearTimeout(timer),
  };
}
