import { afterAll, beforeAll, describe, test } from "bun:test";
import { startServer, type TestServer } from "../support/server/index.ts";
import { FAULTS, failOnRecord, failStreamed, failWhole } from "../support/upstream/faults.ts";
import { startFaultyUpstream } from "../support/upstream/faulty-process.ts";

/** Tries every fault of a provider once, streamed and not. `test/long/faults.ts` tries thousands. */
let upstream: Awaited<ReturnType<typeof startFaultyUpstream>>;
let server: TestServer;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  server = await startServer({
    openai_compatible_faulty_base_url: `${upstream.url}/v1`,
    openai_compatible_nobody_base_url: "http://127.0.0.1:9/v1",
  });
  // The first estimate loads the tokenizer's vocabulary. A fault's time must not include that.
  await failStreamed(server, "faulty", "no-finish");
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

describe.each(Object.keys(FAULTS))("a provider's fault: %s", (fault) => {
  test("ends a stream with its error, in time, and is recorded", async () => {
    await failOnRecord(server, fault, failStreamed);
  });
});

describe.each(Object.keys(FAULTS))("a provider's fault: %s", (fault) => {
  test("is the answer, in time, and is recorded", async () => {
    await failOnRecord(server, fault, failWhole);
  });
});
