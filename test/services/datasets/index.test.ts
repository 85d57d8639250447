import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { type Caller, OPERATOR } from "../../../src/domain/permissions.ts";
import type { Datasets } from "../../../src/services/datasets/index.ts";
import type { Store } from "../../../src/store/index.ts";
import type { Database } from "../../../src/store/open.ts";
import { datasetsOver, listed } from "../../support/datasets.ts";
import { processScript } from "../../support/paths.ts";
import { codeOf, refusalOf } from "../../support/refusal.ts";
import { benchmarkRow } from "../../support/rows.ts";
import { createProcesses } from "../../support/server/process.ts";
import { openDatabaseIn, openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const { start } = createProcesses();
const opened: Store[] = [];
let data_dir: string;
let store: Store;
let datasets: Datasets;

beforeEach(async () => {
  data_dir = tempDir();
  store = await openStoreIn(data_dir);
  opened.push(store);
  datasets = datasetsOver(store.datasets);
});
afterAll(() => Promise.all(opened.map((each) => each.close())));

const firstPage = { page: 1, page_size: 100 };
const caller = (role: Caller["role"], id: string): Caller => ({
  kind: "user",
  id,
  user_id: id,
  name: id,
  role,
});
const ada = caller("user", "ada");

const body = (name: string, count = 3, word = "question") => ({
  name,
  samples: Array.from({ length: count }, (_, index) => ({
    input: `${word} ${index}`,
    expected: `answer ${index}`,
  })),
});

/** Counts all stored samples, including those without a dataset. */
async function sampleRows(): Promise<number> {
  await store.close();
  const database: Database = await openDatabaseIn(data_dir);
  const { rows } = await database.client.execute("SELECT count(*) AS total FROM dataset_samples");
  await database.close();
  return Number(rows[0]?.total);
}

describe("an upload", () => {
  test("is a dataset with its samples in order and the counts of its fields", async () => {
    const samples = [
      { input: "Which?", choices: ["this", "that"], expected: 1, group: "g" },
      { id: "own", input: "What?", context: "some context", metadata: { page: 3 } },
    ];
    const { dataset, created } = await datasets.create(ada, { name: "mine", samples });
    expect(created).toBe(true);
    expect(dataset).toMatchObject({
      name: "mine",
      samples: 2,
      fields: { choices: 1, expected: 1, context: 1, group: 1 },
      source: "upload",
      created_by: "ada",
      content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await datasets.get(ada, dataset.dataset_id)).toEqual(dataset);
    expect((await datasets.samples(ada, dataset.dataset_id, firstPage)).items).toEqual(
      listed([
        { id: "0", input: "Which?", choices: ["this", "that"], expected: ["B"], group: "g" },
        { id: "own", input: "What?", context: ["some context"], metadata: { page: 3 } },
      ]),
    );
  });

  test("of more samples than fit one commit is whole", async () => {
    const { dataset } = await datasets.create(ada, body("large", 1_003));
    const page = await datasets.samples(ada, dataset.dataset_id, { page: 11, page_size: 100 });
    expect([page.total, page.items.map(({ input }) => input)]).toEqual([
      1_003,
      ["question 1000", "question 1001", "question 1002"],
    ]);
  });

  test("with the same content under the same name returns the stored dataset", async () => {
    const first = await datasets.create(ada, body("mine"));
    const again = await datasets.create(caller("user", "eve"), body("mine"));
    expect(again).toEqual({ dataset: first.dataset, created: false });
    expect(await sampleRows()).toBe(3);
  });

  test("with other content under the same name is refused and leaves no samples", async () => {
    await datasets.create(ada, body("mine"));
    const { code, message, details } = await refusalOf(datasets.create(ada, body("mine", 4)));
    expect([code, details.field]).toEqual(["CONFLICT", "name"]);
    expect(message).toInclude("'mine' with other content exists");
    expect(await sampleRows()).toBe(3);
  });

  test("with the same content under another name is another dataset of the same hash", async () => {
    const one = await datasets.create(ada, body("one"));
    const other = await datasets.create(ada, body("other"));
    expect(other.created).toBe(true);
    expect(other.dataset.content_hash).toBe(one.dataset.content_hash);
    expect(other.dataset.dataset_id).not.toBe(one.dataset.dataset_id);
  });

  test("has a hash of its content alone, which any change of a sample changes", async () => {
    const sample = { input: "a", expected: "b", metadata: { x: 1, y: 2 } };
    const hashOf = async (name: string, samples: object[]) =>
      (await datasets.create(ada, { name, samples })).dataset.content_hash;
    const hash = await hashOf("plain", [sample]);
    expect(await hashOf("order", [{ metadata: { y: 2, x: 1 }, expected: "b", input: "a" }])).toBe(hash);
    expect(await hashOf("more", [sample, { input: "c" }])).not.toBe(hash);
    expect(await hashOf("metadata", [{ ...sample, metadata: { x: 1 } }])).not.toBe(hash);
  });

  test("may take a canonical name, and is still an upload", async () => {
    await datasets.create(ada, body("starter"));
    const { items } = await datasets.list(ada, firstPage);
    expect(items.filter(({ name }) => name === "starter")).toMatchObject([
      { source: "upload", description: "" },
    ]);
    expect((await datasets.resolve("starter")).samples).toBe(3);
  });

  test.each([
    ["a name that is none", { ...body("a/b") }, "name"],
    ["no samples", { name: "mine", samples: [] }, "samples"],
    [
      "a sample without input",
      { name: "mine", samples: [{ input: "a" }, { expected: "b" }] },
      "samples.1.input",
    ],
    ["an unknown field", { ...body("mine"), colour: "red" }, "colour"],
    ["a file that is none", { file: "text", name: "mine" }, "file"],
    ["a file with a bad name", { file: new File(["{}"], "x.jsonl"), name: "a b" }, "name"],
    [
      "a file with a broken mapping",
      { file: new File(["{}"], "x.jsonl"), name: "mine", mapping: "{" },
      "mapping",
    ],
    [
      "a file with an unknown part in the mapping",
      { file: new File(["{}"], "x.jsonl"), name: "mine", mapping: '{"input":"q","answer":"a"}' },
      "mapping.answer",
    ],
    ["a file of unknown format", { file: new File(["{}"], "x.txt"), name: "mine" }, "format"],
    [
      "a file with a bad line",
      { file: new File(['{"input":"a"}\nnonsense'], "x.jsonl"), name: "mine" },
      "file",
    ],
  ])("with %s is refused, naming the field, and leaves no samples", async (_what, request, field) => {
    const { code, details } = await refusalOf(datasets.create(ada, request));
    expect([code, details.field]).toEqual(["BAD_REQUEST", field]);
    expect(await sampleRows()).toBe(0);
  });

  test("of a file is read by its mapping", async () => {
    const file = new File(["frage,a,b,loesung\nWas?,dies,das,B\nWer?,er,sie,A\n"], "data.csv");
    const mapping = JSON.stringify({ input: "frage", choices: ["a", "b"], expected: "loesung" });
    const { dataset } = await datasets.create(ada, { file, name: "mine", mapping });
    const { items } = await datasets.samples(ada, dataset.dataset_id, firstPage);
    expect(items).toEqual(
      listed([
        { id: "0", input: "Was?", choices: ["dies", "das"], expected: ["B"] },
        { id: "1", input: "Wer?", choices: ["er", "sie"], expected: ["A"] },
      ]),
    );
  });

  test("of a file is refused if its mapping has a field twice", async () => {
    const file = new File(["a,b\n1,2\n"], "data.csv");
    const mapping = '{"input":"a","expected":"a","expected":"b"}';
    const { code, details } = await refusalOf(datasets.create(ada, { file, name: "mine", mapping }));
    expect([code, details.field]).toEqual(["BAD_REQUEST", "mapping.expected"]);
  });

  test("is refused for a viewer", async () => {
    expect(await codeOf(datasets.create(caller("viewer", "eve"), body("mine")))).toBe("FORBIDDEN");
  });
});

describe("uploads of the same name at the same time", () => {
  test("with the same content are one dataset", async () => {
    const uploads = await Promise.all(
      Array.from({ length: 6 }, () => datasets.create(ada, body("mine", 600))),
    );
    expect(uploads.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(uploads.map(({ dataset }) => dataset.dataset_id)).size).toBe(1);
    expect(await sampleRows()).toBe(600);
  });

  test("with different content leave one of them, which is whole", async () => {
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map((number) => datasets.create(ada, body("mine", 600, `set ${number}, question`))),
    );
    const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.dataset] : []));
    expect(won).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "CONFLICT" });
    const { items } = await datasets.samples(ada, won[0]?.dataset_id ?? "", firstPage);
    expect(new Set(items.map(({ input }) => input?.slice(0, 5))).size).toBe(1);
    expect(await sampleRows()).toBe(600);
  });

  test("and a removal at the same time leave a whole dataset or none", async () => {
    const { dataset } = await datasets.create(ada, body("mine", 300));
    const results = await Promise.allSettled([
      datasets.create(ada, body("mine", 300)),
      datasets.remove(ada, dataset.dataset_id),
      datasets.create(ada, body("mine", 300)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    const left = await store.datasets.findName("mine");
    expect(await sampleRows()).toBe(left ? 300 : 0);
  });
});

describe("a killed import", () => {
  test("leaves samples without a dataset; the next start deletes them, and the name is free", async () => {
    await store.close();
    const importer = start([processScript("import-slowly"), data_dir]);
    await importer.said("wrote\nwrote\n");
    importer.process.kill("SIGKILL");
    await importer.ended();
    expect(await sampleRows()).toBeGreaterThanOrEqual(500);
    store = await openStoreIn(data_dir);
    await store.datasets.dropOrphans();
    expect(await store.datasets.all()).toEqual([]);
    const { created } = await datasetsOver(store.datasets).create(ada, body("large"));
    expect(created).toBe(true);
    expect(await sampleRows()).toBe(3);
  });
});

describe("a built-in set", () => {
  test("is listed before it is created, and with its id afterwards", async () => {
    const before = (await datasets.list(ada, firstPage)).items.find(({ name }) => name === "starter");
    expect(before).toMatchObject({ dataset_id: null, samples: 100, source: "builtin", content_hash: null });
    const { row } = await datasets.resolve("starter");
    const after = (await datasets.list(ada, firstPage)).items.filter(({ name }) => name === "starter");
    expect(after).toMatchObject([
      { dataset_id: row.dataset_id, samples: 100, description: before?.description },
    ]);
  });

  test("is created once, even if many callers ask for it first", async () => {
    const resolved = await Promise.all(Array.from({ length: 10 }, () => datasets.resolve("starter")));
    expect(new Set(resolved.map(({ row }) => row.dataset_id)).size).toBe(1);
    expect(await sampleRows()).toBe(100);
  });

  test("accepts settings; each combination is a dataset", async () => {
    const { row, samples } = await datasets.resolve("arithmetic?size=50&seed=2");
    expect([samples, row.name, row.source, row.samples]).toEqual([
      50,
      "arithmetic?size=50&seed=2",
      "builtin",
      50,
    ]);
    const again = await datasets.resolve("arithmetic?size=50&seed=2");
    expect(again.row.dataset_id).toBe(row.dataset_id);
    const other = await datasets.resolve("arithmetic?size=50&seed=3");
    expect(other.row.content_hash).not.toBe(row.content_hash);
    const { items } = await datasets.list(ada, firstPage);
    expect(items.find(({ name }) => name === row.name)?.description).toStartWith("Generated additions");
  });

  test.each(["arithmetic?size=0", "arithmetic?size=ten", "arithmetic?sizes=5", "starter?size=5"])(
    "with bad settings is refused: %s",
    async (name) => {
      expect((await refusalOf(datasets.resolve(name))).details.field).toBe("dataset");
      expect(await sampleRows()).toBe(0);
    },
  );
});

describe("a name in a benchmark", () => {
  test("is the name or the id of a dataset", async () => {
    const { dataset } = await datasets.create(ada, body("mine"));
    for (const name of ["mine", dataset.dataset_id])
      expect(await datasets.resolve(name)).toEqual({
        row: dataset,
        group: null,
        samples: 3,
        protocol: "auto",
      });
  });

  test("with a group selects the samples of that group", async () => {
    const { row, group, samples } = await datasets.resolve("arithmetic?size=30/addition");
    expect([row.name, group, samples]).toEqual(["arithmetic?size=30", "addition", 10]);
  });

  test("with a group that contains slashes selects that group", async () => {
    const samples = [
      { input: "a", group: "science/physics" },
      { input: "b", group: "science" },
      { input: "c" },
    ];
    await datasets.create(ada, { name: "mine", samples });
    expect(await datasets.resolve("mine/science/physics")).toMatchObject({
      group: "science/physics",
      samples: 1,
    });
    expect(await datasets.resolve("mine/science")).toMatchObject({ group: "science", samples: 1 });
  });

  test("with an unknown group lists the groups and suggests the nearest", async () => {
    const { details, message } = await refusalOf(datasets.resolve("arithmetic?size=30/adition"));
    expect(details).toMatchObject({
      field: "dataset",
      accepted: ["addition", "multiplication", "subtraction"],
      suggestion: "addition",
    });
    expect(message).toInclude("unknown group 'adition' of 'arithmetic?size=30'");
  });

  test.each([
    ["startr", "starter"],
    ["Starter", "starter"],
    ["arithmatic", "arithmetic"],
    ["arithmatic?size=50", "arithmetic"],
    ["startr/history", "starter"],
    ["my-sett", "my-set"],
  ])("that is unknown suggests the nearest: %s, %s", async (name, suggestion) => {
    await datasets.create(ada, body("my-set"));
    const { code, details, message } = await refusalOf(datasets.resolve(name));
    expect([code, details.field, details.suggestion]).toEqual(["BAD_REQUEST", "dataset", suggestion]);
    expect(message).toEndWith(`Did you mean '${suggestion}'?`);
    expect(details.accepted).toContain("my-set");
  });

  test.each(["no-such-set-at-all", "", "/", "?", "nothing/", Bun.randomUUIDv7()])(
    "that is like none is refused without a suggestion: '%s'",
    async (name) => {
      const { code, details } = await refusalOf(datasets.resolve(name));
      expect([code, "suggestion" in details]).toEqual(["BAD_REQUEST", false]);
    },
  );
});

describe("removal", () => {
  const useIt = async (dataset_id: string) => {
    const row = benchmarkRow({ dataset_id });
    await store.benchmarks.add(row, {
      topic: "benchmark.progress",
      data: { benchmark_id: row.benchmark_id, progress: 0, status: "pending" },
    });
    return row;
  };

  test.each([
    ["its creator", ada, null],
    ["an admin", caller("admin", "root"), null],
    ["the operator", OPERATOR, null],
    ["another user", caller("user", "eve"), "FORBIDDEN"],
    ["a viewer", caller("viewer", "ada"), "FORBIDDEN"],
  ] as const)("by %s", async (_who, who, code) => {
    const { dataset } = await datasets.create(ada, body("mine"));
    const removal = datasets.remove(who, dataset.dataset_id);
    if (code) expect(await codeOf(removal)).toBe(code);
    else await removal;
    expect(await store.datasets.find(dataset.dataset_id)).toEqual(code ? dataset : undefined);
    expect(await sampleRows()).toBe(code ? 3 : 0);
  });

  test("is refused while a benchmark uses the dataset", async () => {
    const { dataset } = await datasets.create(ada, body("mine"));
    const benchmark = await useIt(dataset.dataset_id);
    const { code, details } = await refusalOf(datasets.remove(ada, dataset.dataset_id));
    expect([code, details.dataset]).toEqual(["CONFLICT", dataset.dataset_id]);
    expect((await datasets.samples(ada, dataset.dataset_id, firstPage)).items).toHaveLength(3);
    await store.benchmarks.remove(benchmark.benchmark_id);
    await datasets.remove(ada, dataset.dataset_id);
    expect(await codeOf(datasets.get(ada, dataset.dataset_id))).toBe("NOT_FOUND");
  });

  test("of a built-in set is for admins; its next use creates it again", async () => {
    const { row } = await datasets.resolve("starter");
    expect(await codeOf(datasets.remove(ada, row.dataset_id))).toBe("FORBIDDEN");
    await datasets.remove(OPERATOR, row.dataset_id);
    const again = await datasets.resolve("starter");
    expect(again.row.dataset_id).not.toBe(row.dataset_id);
    expect(again.row.content_hash).toBe(row.content_hash);
  });

  test("of a dataset that does not exist is 404", async () => {
    const id = Bun.randomUUIDv7();
    expect(await codeOf(datasets.remove(OPERATOR, id))).toBe("NOT_FOUND");
    expect(await codeOf(datasets.samples(ada, id, firstPage))).toBe("NOT_FOUND");
  });
});

test("a dataset whose name has the form of an id is found by its name", async () => {
  const name = "0193a7e2-0000-7000-8000-000000000000";
  await datasets.create(ada, body(name));
  expect(await datasets.resolve(name)).toMatchObject({ row: { name }, samples: 3 });
});
