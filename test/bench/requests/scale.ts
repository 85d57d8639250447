import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../../src/base/ids.ts";
import { print } from "../../../src/commands/command.ts";
import { table } from "../../../src/commands/terminal.ts";
import { percentile } from "../../../src/statistics/quantile.ts";
import { benchmarkRow, datasetRow, trialRow } from "../../support/rows.ts";
import { openStoreIn } from "../../support/store.ts";
import { type Server, startServer } from "../servers/server.ts";

const SMALL = 10_000;
const LARGE = 1_000_000;
const RUNS = 2;
const SAMPLES = 14_042;
const OUTPUT = "Let me think about this step by step. ".repeat(8);
const AT_ONCE = 500;
const ROUNDS = 60;
const TARGET = 1.5;

/** Writes a finished benchmark of so many trials, as the runner would have. */
async function fill(data_dir: string, total: number): Promise<string> {
  const store = await openStoreIn(data_dir);
  const benchmark_id = newId();
  const dataset_id = newId();
  const dataset = datasetRow({ dataset_id, name: "filled", samples: SAMPLES });
  await store.datasets.addUnlessNamed(dataset);
  const spec = {
    ...benchmarkRow().spec,
    runs: ["a", "b"].map((label) => ({ provider: "mock", model: "mock", label })),
  };
  const times = { started_at: dataset.created_at, finished_at: dataset.created_at };
  const row = benchmarkRow({
    benchmark_id,
    dataset_id,
    spec,
    total,
    settled: total,
    status: "completed",
    ...times,
  });
  await store.benchmarks.add(row, {
    topic: "benchmark.progress",
    data: { benchmark_id, progress: 1, status: "completed" },
  });
  for (let start = 0; start < total; start += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, total - start) }, (_, offset) => start + offset);
    await Promise.all(
      some.map((index) => {
        const place = Math.floor(index / RUNS);
        const position = place % SAMPLES;
        return store.trials.add(
          trialRow({
            benchmark_id,
            run: index % RUNS,
            repeat: Math.floor(place / SAMPLES),
            position,
            sample_id: String(position),
            group: `g${position % 57}`,
            output: OUTPUT,
            outcome: index % 50 === 0 ? "unparseable" : "scored",
            scores: { accuracy: index % 3 === 0 ? 0 : 1 },
          }),
        );
      }),
    );
  }
  await store.close();
  return benchmark_id;
}

/** What is read, as a function of the benchmark's id and its number of trials. */
const READS: Readonly<Record<string, (id: string, total: number) => string>> = {
  "GET /v1/benchmarks": () => "/v1/benchmarks",
  "GET /v1/benchmarks/:id": (id) => `/v1/benchmarks/${id}`,
  "trials, first page": (id) => `/v1/benchmarks/${id}/trials?page_size=100`,
  "trials, page in the middle": (id, total) =>
    `/v1/benchmarks/${id}/trials?page_size=100&page=${total / 200}`,
  "trials, last page": (id, total) => `/v1/benchmarks/${id}/trials?page_size=100&page=${total / 100}`,
  "trials, wrong ones of a group": (id) => `/v1/benchmarks/${id}/trials?page_size=100&correct=false&group=g7`,
};

async function timed(server: Server, path: string): Promise<number> {
  const start = performance.now();
  await server.get(path);
  return performance.now() - start;
}

const median = (values: number[]): number => percentile(Float64Array.from(values).sort(), 50) ?? Number.NaN;

/** The two databases' servers by turns, so that a busy moment meets both. The first reading of each is shown apart. */
async function compare(small: { server: Server; id: string }, large: { server: Server; id: string }) {
  const rows: string[][] = [];
  for (const [name, pathOf] of Object.entries(READS)) {
    const paths = [pathOf(small.id, SMALL), pathOf(large.id, LARGE)] as const;
    const first = [await timed(small.server, paths[0]), await timed(large.server, paths[1])] as const;
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      times[0].push(await timed(small.server, paths[0]));
      times[1].push(await timed(large.server, paths[1]));
    }
    const [few, many] = times.map(median) as [number, number];
    const ratio = many / few;
    const figures = [few, many, first[0], first[1]].map((value) => value.toFixed(2));
    rows.push([name, ratio.toFixed(2), `${TARGET} ${ratio <= TARGET ? "met" : "missed"}`, ...figures]);
  }
  return rows;
}

/** Reads of a benchmark of a million trials against those of ten thousand, in milliseconds. */
export async function scale(): Promise<void> {
  const folders = [SMALL, LARGE].map(() => mkdtempSync(join(tmpdir(), "bench-scale-")));
  const [few = "", many = ""] = folders;
  try {
    const ids = [await fill(few, SMALL), await fill(many, LARGE)];
    await using small = await startServer({ DATA_DIR: few });
    await using large = await startServer({ DATA_DIR: many });
    const rows = await compare({ server: small, id: ids[0] ?? "" }, { server: large, id: ids[1] ?? "" });
    const titles = ["ratio", "target", "10,000 ms", "1,000,000 ms", "first ms", "first ms"];
    const columns = [
      { title: "a million trials" },
      ...titles.map((title) => ({ title, align: "right" }) as const),
    ];
    print(table(columns, rows));
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}
