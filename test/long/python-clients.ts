import assert from "node:assert/strict";
import { join } from "node:path";
import { createKey } from "../support/cast.ts";
import { startServer } from "../support/server/index.ts";
import { createUpstream } from "../support/upstream/index.ts";
import type { Figures, Part } from "./support/part.ts";
import { createPython } from "./support/python.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const SCRIPT = join(import.meta.dir, "python", "clients.py");
const MODEL = "openai/gpt-4o-mini";
const ANSWER = "It is 4.";

interface Printed {
  version: string;
  models: string[];
  answer: string;
  usage: number;
  streamed: string;
  streamed_usage: number;
  unknown_model: { name: string; status: number } | null;
  unknown_key: { name: string; status: number } | null;
}

async function callFromPython(folder: string): Promise<Figures> {
  const python = await createPython(folder, ["openai"]);
  const upstream = createUpstream({ answer: () => ANSWER });
  const server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
  });
  try {
    const { key } = await createKey(server, "service");
    const { models, ...printed } = await python.run<Printed>(SCRIPT, { url: server.url, key, model: MODEL });
    assert.ok(models.includes(MODEL), `${MODEL} is not among ${models.length} models`);
    assert.deepEqual([printed.answer, printed.streamed], [ANSWER, ANSWER]);
    assert.equal(printed.streamed_usage, printed.usage);
    assert.deepEqual(printed.unknown_model, { name: "BadRequestError", status: 400 });
    assert.deepEqual(printed.unknown_key, { name: "AuthenticationError", status: 401 });
    return { openai_version: printed.version, models: models.length, calls: upstream.calls };
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

export const pythonClients: Part = {
  name: "python-clients",
  description: "OpenAI's Python client against a server: models, answers, streams, usage and refusals",
  run: () => inTemporaryFolder(callFromPython),
};
