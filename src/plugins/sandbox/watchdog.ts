import { realTime } from "./clock.ts";

const POLL_MS = 500;

/**
 * A thread that kills this process once the shared deadline (Unix seconds, 0 for none) has passed. The server does so
 * itself, and sooner; this is for a worker whose server was killed while the worker was caught in WebAssembly, where
 * neither a message nor a signal handler is heard.
 */
const SOURCE = `onmessage = ({ data }) => {
  setInterval(() => {
    const deadline = Atomics.load(data, 0);
    if (deadline !== 0 && Date.now() / 1000 > deadline) process.kill(process.pid, "SIGKILL");
  }, ${POLL_MS});
};`;

/** Answers the setter of the deadline: milliseconds from now, or none. */
export function startWatchdog(): (time_ms: number | null) => void {
  const deadline = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(URL.createObjectURL(new Blob([SOURCE])), { smol: true });
  thread.postMessage(deadline);
  return (time_ms) =>
    void Atomics.store(deadline, 0, time_ms === null ? 0 : Math.ceil((realTime() + time_ms) / 1000));
}
