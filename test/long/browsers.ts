import assert from "node:assert/strict";
import { percentile } from "../../src/statistics/quantile.ts";
import { finishedBenchmark, startBenchmark } from "../support/benchmarks.ts";
import { hasBrowser, startBrowser } from "../support/server/browser.ts";
import { startServer } from "../support/server/index.ts";
import { CannotRun, type Figures, type Part } from "./support/part.ts";

const PAGES = 20;
const SOCKETS_PER_PAGE = 10;
const BENCHMARK = { providers: [{ provider: "mock", model: "mock?latency_ms=20" }], iterations: 2_000 };

/** What one socket of a page heard. */
interface Heard {
  events: number;
  progress: number;
  rises: boolean;
}

/** In a page: opens sockets that listen until the benchmark has ended; resolves once all have subscribed. */
const LISTEN = `(async (count, token) => {
  const open = () => new Promise((subscribed, reject) => {
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws", ["bearer", token]);
    const heard = { events: 0, progress: 0, rises: true };
    const ended = new Promise((resolve) => {
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "ack") return subscribed({ ended });
        if (message.type !== "event") return reject(new Error(data));
        const { progress } = message.data;
        heard.events++;
        heard.rises &&= progress >= heard.progress;
        heard.progress = progress;
        if (progress === 1) { socket.close(); resolve(heard); }
      };
    });
    socket.onerror = () => reject(new Error("the socket was refused"));
    socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["benchmark.progress"] }));
  });
  const sockets = await Promise.all(Array.from({ length: count }, open));
  window.heard = Promise.all(sockets.map(({ ended }) => ended));
})`;

async function listenFromPages(): Promise<Figures> {
  if (!hasBrowser) throw new CannotRun("there is no Chromium on the PATH");
  const [server, browser] = [await startServer(), await startBrowser()];
  try {
    const visits = [];
    for (let page = 0; page < PAGES; page++) visits.push(await browser.visit(`${server.url}/swagger-ui`));
    const script = `${LISTEN}(${SOCKETS_PER_PAGE}, ${JSON.stringify(server.token)})`;
    await Promise.all(visits.map(({ page }) => page.evaluate(script)));
    const { benchmark_id } = await startBenchmark(server, BENCHMARK);
    await finishedBenchmark(server, benchmark_id);
    const heard = await Promise.all(
      visits.map(({ page }) => page.evaluate("window.heard") as Promise<Heard[]>),
    );
    const sockets = heard.flat();
    assert.equal(sockets.length, PAGES * SOCKETS_PER_PAGE);
    for (const { progress, rises } of sockets) assert.deepEqual([progress, rises], [1, true]);
    assert.deepEqual(
      visits.flatMap(({ complaints }) => complaints),
      [],
    );
    const events = Float64Array.from(sockets, (socket) => socket.events).sort();
    return {
      pages: PAGES,
      sockets: sockets.length,
      events_least: events[0],
      events_median: percentile(events, 50),
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}

export const browsers: Part = {
  name: "browsers",
  description: `${PAGES} pages of Chromium with ${SOCKETS_PER_PAGE} sockets each follow a benchmark to its end`,
  run: listenFromPages,
};
