import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { hubDatasets } from "../../../src/datasets/hub-datasets.ts";
import { OPERATOR } from "../../../src/domain/permissions.ts";
import type { Store } from "../../../src/store/index.ts";
import { datasetsFrom, listed } from "../../support/datasets.ts";
import { COMMIT, type FakeHub, type HubOptions, startHub } from "../../support/hub/index.ts";
import {
  filesOfAllSets,
  filesOfSet,
  parquetOfRows,
  referenceRows,
  samplesOfRecords,
} from "../../support/hub/rows.ts";
import { refusalOf } from "../../support/refusal.ts";
import { openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

const tempDir = tempDirs();
const opened: Store[] = [];
const hubs: FakeHub[] = [];
afterEach(() => Promise.all(hubs.splice(0).map((hub) => hub.stop())));
afterAll(() => Promise.all(opened.map((store) => store.close())));

const page = { page: 1, page_size: 100 };
const GSM8K = "openai/gsm8k/main/test-00000-of-00001.parquet";

/** A file of 500 problems, large enough to arrive in several pieces. */
const problems = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    question: `Problem ${index}: ${Bun.hash(String(index))} and ${Bun.hash(`${index}!`)}?`,
    answer: `It is ${Bun.hash.crc32(String(index))}.\n#### ${index}`,
  }));
const gsm8kFiles = () => new Map(filesOfSet("gsm8k", { samples: problems(500), shots: problems(20) }));

interface Settings extends Partial<HubOptions> {
  wait_ms?: number;
  access_token?: string;
  data_dir?: string;
  silence_ms?: number;
}

/** Opens datasets over a local hub with the given faults and short waits. */
async function openOver({
  wait_ms,
  access_token,
  data_dir = tempDir(),
  silence_ms = 5_000,
  ...options
}: Settings) {
  const hub = startHub({ files: gsm8kFiles(), ...options });
  hubs.push(hub);
  const store = await openStoreIn(data_dir);
  opened.push(store);
  const cache_dir = join(data_dir, "cache", "hub");
  const limits = { silence_ms, retry_ms: [1, 1] };
  const access = { endpoint: hub.url, token: access_token, fetch, cache_dir, limits };
  return { hub, store, cache_dir, ...datasetsFrom(store.datasets, access, wait_ms) };
}

describe("every canonical set", () => {
  test("is downloaded, with the samples of its files, revision, shots and the seed of its order", async () => {
    const { datasets, store } = await openOver({ files: await filesOfAllSets(), store: true });
    for (const set of hubDatasets) {
      const { row, protocol } = await datasets.resolve(set.name);
      const { samples: rows, shots = [] } = await referenceRows(set.name);
      const { items } = await datasets.samples(OPERATOR, row.dataset_id, page);
      expect(items).toEqual(listed(samplesOfRecords(set, rows).slice(0, page.page_size)));
      expect(await store.datasets.shots(row.dataset_id)).toEqual(samplesOfRecords(set, shots));
      expect(row).toMatchObject({
        name: set.name,
        source: "hub",
        revision: COMMIT,
        choice_seed: set.choice_seed ?? null,
        created_by: "operator",
      });
      expect(row.shots?.count ?? 0).toBe(shots.length);
      expect([set.name, protocol]).toEqual([set.name, set.protocols[0].name]);
    }
  });

  test("is in the catalogue before its download, with homepage, licence and protocols", async () => {
    const { datasets, hub } = await openOver({});
    const { items } = await datasets.list(OPERATOR, page);
    for (const set of hubDatasets)
      expect(items.find(({ name }) => name === set.name)).toMatchObject({
        dataset_id: null,
        samples: set.size,
        source: "hub",
        status: "available",
        license: set.license,
        homepage: `${hub.url}/datasets/${set.repository}`,
        protocols: expect.arrayContaining(
          set.protocols.map(({ name, description, source }) => ({ name, description, source })),
        ),
      });
    expect(hub.requests).toEqual([]);
  });

  test("may be used for one subject, after a slash", async () => {
    const rows = await referenceRows("mmlu");
    const { datasets } = await openOver({ files: new Map(filesOfSet("mmlu", rows)) });
    expect(await datasets.resolve("mmlu/sociology", "five_shot")).toMatchObject({
      group: "sociology",
      samples: 1,
      protocol: "five_shot",
    });
  });
});

describe("a protocol", () => {
  test("that the set does not have is refused before any download, listing the accepted ones", async () => {
    const { datasets, hub } = await openOver({});
    const { code, details } = await refusalOf(datasets.resolve("gsm8k", "five-shot"));
    expect([code, details]).toEqual([
      "BAD_REQUEST",
      expect.objectContaining({
        field: "protocol",
        accepted: expect.arrayContaining(["five_shot", "five_shot_flexible", "zero_shot", "auto"]),
        suggestion: "five_shot",
      }),
    ]);
    expect(hub.requests).toEqual([]);
  });

  test("of an upload under a canonical name is that set's; without examples, only those that need none", async () => {
    const { datasets, hub } = await openOver({});
    const samples = [{ input: "2 + 2?", expected: "4" }];
    await datasets.create(OPERATOR, { name: "gsm8k", samples });
    expect(await datasets.resolve("gsm8k")).toMatchObject({
      protocol: "zero_shot",
      row: { source: "upload" },
    });
    const { code, details, message } = await refusalOf(datasets.resolve("gsm8k", "five_shot"));
    expect([code, details.field]).toEqual(["BAD_REQUEST", "protocol"]);
    expect(message).toInclude("needs 5 or more solved examples beside the samples of 'gsm8k'");
    expect(message).toInclude("the split 'train'");
    const { items } = await datasets.list(OPERATOR, page);
    expect(items.find(({ name }) => name === "gsm8k")?.protocols.map(({ name }) => name)).toEqual([
      "zero_shot",
      "auto",
      "question_answer",
    ]);
    expect(hub.requests).toEqual([]);
  });

  test("is refused for an upload whose examples lack a subject, naming the subject", async () => {
    const { datasets } = await openOver({});
    const question = (group: string) => ({ input: "?", choices: ["a", "b"], expected: 0, group });
    const shots = Array.from({ length: 5 }, () => question("law"));
    await datasets.create(OPERATOR, { name: "mmlu", samples: [question("law"), question("art")], shots });
    expect((await datasets.resolve("mmlu/law", "five_shot")).protocol).toBe("five_shot");
    const { message } = await refusalOf(datasets.resolve("mmlu", "five_shot"));
    expect(message).toInclude("but 'art' has too few");
  });

  test("is a general one for an upload whose samples do not fit the set's protocols", async () => {
    const { datasets } = await openOver({});
    await datasets.create(OPERATOR, { name: "mmlu", samples: [{ input: "Why?", expected: "So." }] });
    expect((await datasets.resolve("mmlu")).protocol).toBe("auto");
  });

  test("of a dataset with both kinds of samples is auto alone", async () => {
    const { datasets } = await openOver({});
    const samples = [{ input: "Why?" }, { input: "Which?", choices: ["a", "b"] }];
    await datasets.create(OPERATOR, { name: "mixed", samples });
    expect((await datasets.resolve("mixed")).protocol).toBe("auto");
    const { details } = await refusalOf(datasets.resolve("mixed", "multiple_choice"));
    expect([details.field, details.accepted]).toEqual(["protocol", ["auto"]]);
  });
});

describe("the publishers' own files, uploaded by hand", () => {
  test.each(["mmlu", "gsm8k", "arc_easy", "truthfulqa_mc1", "gpqa_diamond", "boolq"])(
    "are read without a mapping, examples too: %s",
    async (name) => {
      const [fetched, own] = [await openOver({ files: await filesOfAllSets() }), await openOver({})];
      const [samples, shots] = filesOfSet(name, await referenceRows(name)).map(
        ([path, bytes]) => new File([bytes], path.split("/").at(-1) ?? ""),
      );
      const form = { name, file: samples, ...(shots ? { shots } : {}) };
      const { dataset } = await own.datasets.create(OPERATOR, form);
      const { row } = await fetched.datasets.resolve(name);
      expect(dataset).toMatchObject({
        source: "upload",
        revision: null,
        content_hash: row.content_hash,
        shots: row.shots,
        choice_seed: row.choice_seed,
      });
      expect(own.hub.requests).toEqual([]);
    },
  );

  test("with a fault in the file of examples are refused, naming that file", async () => {
    const { datasets } = await openOver({});
    const [[, bytes] = ["", new Uint8Array()]] = [...gsm8kFiles()];
    const form = {
      name: "gsm8k",
      file: new File([bytes], "test.parquet"),
      shots: new File(["x"], "train.parquet"),
    };
    const { code, details } = await refusalOf(datasets.create(OPERATOR, form));
    expect([code, details.field]).toEqual(["BAD_REQUEST", "shots"]);
  });
});

describe("a download", () => {
  test("is shared by all callers at the same time, and is published", async () => {
    const { datasets, hub, told } = await openOver({ pause_ms: 1 });
    const resolved = await Promise.all(Array.from({ length: 8 }, () => datasets.resolve("gsm8k")));
    expect(new Set(resolved.map(({ row }) => row.dataset_id)).size).toBe(1);
    expect(hub.fileRequests()).toHaveLength(2);
    expect(hub.requests).toHaveLength(3);
    const events = told.map(({ data }) => data);
    expect(events[0]).toMatchObject({ dataset: "gsm8k", status: "downloading", downloaded_bytes: 0 });
    expect(events.at(-1)).toMatchObject({ status: "ready", error: null });
    const sizes = [...gsm8kFiles().values()].map(({ length }) => length);
    expect(events.at(-1)).toMatchObject({ downloaded_bytes: sizes.reduce((sum, size) => sum + size, 0) });
    await datasets.resolve("gsm8k");
    expect(hub.requests).toHaveLength(3);
  });

  test("that takes longer than callers wait is 503 with the progress, and goes on", async () => {
    const { datasets } = await openOver({ pause_ms: 20, wait_ms: 30 });
    const { code, details, message } = await refusalOf(datasets.resolve("gsm8k"));
    expect([code, details]).toEqual([
      "SERVICE_UNAVAILABLE",
      expect.objectContaining({ dataset: "gsm8k", reason: "downloading", retry_after: 5 }),
    ]);
    expect(message).toInclude("is being downloaded");
    const find = async () => (await datasets.list(OPERATOR, page)).items.find(({ name }) => name === "gsm8k");
    let listed = await find();
    // The size is known once the hub has answered, which may take longer than `wait_ms` on a busy machine.
    while (listed?.status === "downloading" && listed.progress === null) {
      await Bun.sleep(1);
      listed = await find();
    }
    expect(listed).toMatchObject({ status: "downloading", dataset_id: null, error: null });
    expect(listed?.progress).toBeGreaterThanOrEqual(0);
    while ((await datasets.fetch(OPERATOR, "gsm8k")).status === "downloading");
    expect(await datasets.fetch(OPERATOR, "gsm8k")).toMatchObject({
      status: "ready",
      samples: 500,
      shots: 20,
    });
  });

  test("sends the token only to the hub, not to the file store that it names", async () => {
    const { datasets, hub } = await openOver({ store: true, token: "hf_secret", access_token: "hf_secret" });
    await datasets.resolve("gsm8k");
    const [here, there] = [true, false].map((isHub) =>
      hub.requests
        .filter(({ origin }) => (origin === hub.url) === isHub)
        .map(({ authorization }) => authorization),
    );
    expect(new Set(here)).toEqual(new Set(["Bearer hf_secret"]));
    expect(there).toEqual([null, null]);
  });

  test("from a mirror without the hub's list takes the files of its branch, or of the commit that they name", async () => {
    const unlisted = await openOver({ listing: false });
    expect((await unlisted.datasets.resolve("gsm8k")).row.revision).toBe("main");
    const telling = await openOver({ listing: false, store: true });
    expect((await telling.datasets.resolve("gsm8k")).row.revision).toBe(COMMIT);
  });

  test("returns the upload that takes the name in the meantime", async () => {
    const { datasets } = await openOver({ pause_ms: 2 });
    const fetching = datasets.resolve("gsm8k");
    const { dataset } = await datasets.create(OPERATOR, { name: "gsm8k", samples: [{ input: "mine" }] });
    expect((await fetching).row).toEqual(dataset);
  });

  test("of humaneval is refused with the reason", async () => {
    const { datasets, hub } = await openOver({});
    const { code, message } = await refusalOf(datasets.resolve("humaneval"));
    expect(code).toBe("BAD_REQUEST");
    expect(message).toInclude("would run code written by a model");
    expect(hub.requests).toEqual([]);
  });
});

describe("a download with a fault", () => {
  const always = (trouble: ReturnType<NonNullable<HubOptions["trouble"]>>) => () => trouble;

  test.each([
    ["404", { status: 404 }, "not_found", "answered 404"],
    ["401", { status: 401 }, "unauthorized", "HF_TOKEN"],
    ["403", { status: 403 }, "unauthorized", "HF_TOKEN"],
    ["500", { status: 500 }, "server_error", "answered 500"],
    ["429", { status: 429 }, "server_error", "answered 429"],
    ["a page", "garbage", "invalid", "instead of"],
    ["half a file", "truncated", "invalid", "instead of"],
    ["ever half of it", "cut", "unreachable", "of"],
  ] as const)(
    "that meets %s is 503 with the way by hand, and leaves nothing",
    async (_what, trouble, reason, excerpt) => {
      const { datasets, store, cache_dir } = await openOver({ trouble: always(trouble), silence_ms: 300 });
      const { code, details, message } = await refusalOf(datasets.resolve("gsm8k"));
      expect([code, details]).toEqual([
        "SERVICE_UNAVAILABLE",
        expect.objectContaining({ dataset: "gsm8k", reason }),
      ]);
      expect(message).toInclude(excerpt);
      expect(message).toInclude(
        "dataset import test-00000-of-00001.parquet --name gsm8k --shots train-00000-of-00001.parquet",
      );
      expect(await store.datasets.all()).toEqual([]);
      const left = existsSync(cache_dir) ? readdirSync(cache_dir, { recursive: true }).map(String) : [];
      expect(left.filter((path) => path.endsWith(".parquet"))).toEqual([]);
      const listed = (await datasets.list(OPERATOR, page)).items.find(({ name }) => name === "gsm8k");
      expect(listed).toMatchObject({ status: "failed", error: message });
    },
  );

  test("is 503 at once without network", async () => {
    const { datasets, hub } = await openOver({});
    await hub.stop();
    const { code, details } = await refusalOf(datasets.resolve("gsm8k"));
    expect([code, details.reason]).toEqual(["SERVICE_UNAVAILABLE", "unreachable"]);
  });

  test("of a gated set names the variable and the terms", async () => {
    const { datasets } = await openOver({ files: await filesOfAllSets(), token: "hf_secret" });
    const { details, message } = await refusalOf(datasets.resolve("gpqa_diamond"));
    expect(details.reason).toBe("unauthorized");
    expect(message).toInclude("set HF_TOKEN to a token that has access to it");
    expect(message).toInclude("accept its terms there");
    expect(message).not.toInclude("hf_secret");
  });

  test("that is cut off resumes where it broke off", async () => {
    const { datasets, hub } = await openOver({
      trouble: (path, request) => (path === GSM8K && request <= 2 ? "cut" : undefined),
    });
    expect((await datasets.resolve("gsm8k")).samples).toBe(500);
    const ranges = hub
      .fileRequests()
      .filter(({ path }) => path.includes("test-"))
      .map(({ range }) => range);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeNull();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ""))).toBe(true);
  });

  test("that stalls resumes where it stopped", async () => {
    const { datasets } = await openOver({
      silence_ms: 200,
      trouble: (path, request) => (path === GSM8K && request === 1 ? "stall" : undefined),
    });
    expect((await datasets.resolve("gsm8k")).samples).toBe(500);
  });

  test("that another process did not finish is resumed; a wrong part is downloaded anew", async () => {
    const data_dir = tempDir();
    const folder = join(data_dir, "cache", "hub", "openai--gsm8k", COMMIT, "main");
    const bytes = gsm8kFiles().get(GSM8K) ?? new Uint8Array();
    for (const [name, begun, requests] of [
      ["well begun", bytes.slice(0, 5000), ["bytes=5000-"]],
      ["badly begun", new Uint8Array(5000), ["bytes=5000-", null]],
      ["longer than it is", new Uint8Array(bytes.length + 1), [`bytes=${bytes.length + 1}-`, null]],
    ] as const) {
      await Bun.write(join(folder, "test-00000-of-00001.parquet.part"), begun);
      const { datasets, hub } = await openOver({ data_dir: tempDir() });
      const { datasets: over, store } = await reopen(data_dir, hub.url);
      expect([name, (await over.resolve("gsm8k")).samples]).toEqual([name, 500]);
      const ranges = hub
        .fileRequests()
        .filter(({ path }) => path.includes("test-"))
        .map(({ range }) => range);
      expect([name, ranges]).toEqual([name, [...requests]]);
      const [row] = await store.datasets.all();
      await over.remove(OPERATOR, row?.dataset_id ?? "");
      await store.close();
      await Bun.$`rm -rf ${folder}`;
      expect(datasets).toBeDefined();
    }
  });

  test("of a file that can't be read is refused, and the next attempt downloads it anew", async () => {
    const files = gsm8kFiles();
    const bad = parquetOfRows([{ question: "?", answer: 7 }]);
    files.set(GSM8K, bad);
    const { datasets, hub, store } = await openOver({ files });
    const { code, details, message } = await refusalOf(datasets.resolve("gsm8k"));
    expect([code, details.reason]).toEqual(["SERVICE_UNAVAILABLE", "invalid"]);
    expect(message).toInclude("line 1, column 'answer': must be text");
    expect(await store.datasets.all()).toEqual([]);
    files.set(GSM8K, gsm8kFiles().get(GSM8K) ?? bad);
    expect((await datasets.resolve("gsm8k")).samples).toBe(500);
    expect(hub.fileRequests().filter(({ path }) => path.includes("test-"))).toHaveLength(2);
  });

  test("of a file beyond the limit is refused before it begins", async () => {
    const store = await openStoreIn(tempDir());
    opened.push(store);
    const hub = startHub({ files: gsm8kFiles() });
    hubs.push(hub);
    const limits = { bytes_max: 1000, retry_ms: [] };
    const access = { endpoint: hub.url, fetch, cache_dir: tempDir(), limits };
    const { datasets } = datasetsFrom(store.datasets, access);
    expect((await refusalOf(datasets.resolve("gsm8k"))).details.reason).toBe("too_large");
  });

  test("ends with the server, and its finished part is kept", async () => {
    const { datasets, hubDatasets: fetches, cache_dir } = await openOver({ pause_ms: 20 });
    const refused = refusalOf(datasets.resolve("gsm8k"));
    const isBegun = () =>
      existsSync(cache_dir) &&
      readdirSync(cache_dir, { recursive: true }).some((path) => String(path).endsWith(".parquet.part"));
    await waitUntil(isBegun);
    await fetches.stop();
    expect((await refused).code).toBe("SERVICE_UNAVAILABLE");
    expect(isBegun()).toBe(true);
  });
});

async function reopen(data_dir: string, endpoint: string) {
  const store = await openStoreIn(data_dir);
  const cache_dir = join(data_dir, "cache", "hub");
  const access = { endpoint, fetch, cache_dir, limits: { retry_ms: [1, 1] } };
  return { store, ...datasetsFrom(store.datasets, access) };
}

describe("a redirection", () => {
  const redirecting = (location: string) =>
    Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(null, { status: 302, headers: { location } }),
    });

  test.each(["file:///etc/passwd", "/again", "ftp://example.org/x", ""])(
    "to %j is not followed for ever",
    async (to) => {
      const server = redirecting(to);
      const store = await openStoreIn(tempDir());
      opened.push(store);
      const access = { endpoint: server.url.origin, fetch, cache_dir: tempDir(), limits: { retry_ms: [] } };
      const { details } = await refusalOf(datasetsFrom(store.datasets, access).datasets.resolve("gsm8k"));
      expect(details.reason).toBe("invalid");
      await server.stop(true);
    },
  );
});

test("paths in the hub's list that lead outside are ignored", async () => {
  const files = new Map(gsm8kFiles());
  files.set("openai/gsm8k/main/test-/../../../../x-00000-of-00001.parquet", new Uint8Array([1]));
  const { datasets } = await openOver({ files });
  expect((await datasets.resolve("gsm8k")).samples).toBe(500);
});
