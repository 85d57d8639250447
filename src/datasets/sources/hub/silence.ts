/** A limit on how long nothing may come: its signal fires `ms` after the last `heard`, or with the outer signal. */
export function startSilence(ms: number, outer: AbortSignal) {
  const controller = new AbortController();
  const fire = () => controller.abort(new DOMException("Nothing came for too long.", "TimeoutError"));
  let timer = setTimeout(fire, ms);
  return {
    signal: AbortSignal.any([controller.signal, outer]),
    heard(): void {
      clearTimeout(timer);
      timer = setTimeout(fire, ms);
    },
    end: (): void => clearTimeout(timer),
  };
}
