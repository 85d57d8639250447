import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The server, which upon SIGUSR2 collects its garbage and writes into DATA_DIR/memory.json, in bytes, what is left. */
const file = join(Bun.env.DATA_DIR ?? "", "memory.json");
process.on("SIGUSR2", async () => {
  // What the first collection finalises is there to be freed by the second.
  Bun.gc(true);
  await Bun.sleep(200);
  Bun.gc(true);
  const { rss, heapUsed: heap } = process.memoryUsage();
  writeFileSync(`${file}.new`, JSON.stringify({ rss, heap }));
  renameSync(`${file}.new`, file);
});
await import("../../../src/main.ts");
