/** Imports a large dataset into the folder given, says `wrote` with each part that is committed, and never ends. */
import { OPERATOR } from "../../../src/domain/permissions.ts";
import { datasetsOver } from "../datasets.ts";
import { openStoreIn } from "../store.ts";

const [data_dir = ""] = Bun.argv.slice(2);
const store = await openStoreIn(data_dir);
let parts = 0;
const datasets = datasetsOver({
  ...store.datasets,
  async addSamples(...part: Parameters<typeof store.datasets.addSamples>) {
    const results = await store.datasets.addSamples(...part);
    console.log("wrote");
    if (++parts === 4) await new Promise(() => setInterval(() => undefined, 1_000));
    return results;
  },
});
const samples = Array.from({ length: 5_000 }, (_, index) => ({ input: `question ${index}` }));
await datasets.create(OPERATOR, { name: "large", samples });
