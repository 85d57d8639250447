import { readFileSync } from "node:fs";
import { percentile } from "../../../src/statistics/quantile.ts";
import { getBenchmark, startBenchmark } from "../../support/benchmarks.ts";
import { type ServerProcess, startServerProcess } from "../../support/server/server-process.ts";
import { openSocket } from "../../support/server/socket.ts";

interface LoadReport {
  trials: number;
  seconds: number;
  trials_per_second: number;
  /** Milliseconds, seen from this process. */
  health: { count: number; p50: number; p99: number; max: number };
  /** Megabytes resident: before, each tenth of the way, at the end. */
  rss_mb: number[];
  /** `benchmark.progress` events that a socket was sent. */
  events: number;
}

const rssMb = ({ pid }: ServerProcess): number => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1024);
};

/** Asks for the server's health until told to stop; answers how long each answer took, in milliseconds. */
function measureHealth(server: ServerProcess, pause_ms: number): () => Promise<Float64Array> {
  const times: number[] = [];
  let going = true;
  async function measure(): Promise<void> {
    while (going) {
      const asked = performance.now();
      await (await fetch(`${server.url}/health`)).arrayBuffer();
      times.push(performance.now() - asked);
      await Bun.sleep(pause_ms);
    }
  }
  const measuring = measure();
  return async () => {
    going = false;
    await measuring;
    return Float64Array.from(times).sort();
  };
}

/** A benchmark under way, with a socket that listens and a client that asks for the server's health all the time. */
export async function measureLoad(
  data_dir: string,
  prepare: (server: ServerProcess) => Promise<Record<string, unknown>>,
): Promise<LoadReport> {
  const server = await startServerProcess({ data_dir });
  try {
    const request = await prepare(server);
    const socket = await openSocket(server.url, server.token);
    await socket.ask({ type: "subscribe", topics: ["benchmark.progress"] });
    const rss_mb = [rssMb(server)];
    const stopMeasuring = measureHealth(server, 3);
    const started = performance.now();
    const { benchmark_id, trials } = await startBenchmark(server, request);
    let events = 0;
    for (let progress = 0; progress < 1; events++) {
      const event = await socket.next();
      progress = (event.data as { progress: number }).progress;
      if (progress * 10 >= rss_mb.length) rss_mb.push(rssMb(server));
    }
    const seconds = (performance.now() - started) / 1000;
    const times = await stopMeasuring();
    const { status } = await getBenchmark(server, benchmark_id);
    if (status !== "completed") throw new Error(`The benchmark has ${status}.`);
    const at = (percent: number) => Math.round((percentile(times, percent) ?? 0) * 10) / 10;
    return {
      trials,
      seconds,
      trials_per_second: Math.round(trials / seconds),
      health: { count: times.length, p50: at(50), p99: at(99), max: at(100) },
      rss_mb,
      events,
    };
  } finally {
    await server.kill();
  }
}
