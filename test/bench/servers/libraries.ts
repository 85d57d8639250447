import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createOpenAI } from "@ai-sdk/openai";
import { Elysia, t } from "elysia";
import { rateLimit } from "elysia-rate-limit";
import { createEventBus } from "../../../src/events.ts";
import { openStore } from "../../../src/store/index.ts";
import { completionRow } from "../../support/rows.ts";

/**
 * What a completion costs before anything of ours is done for it: the libraries that it goes through, and its row in our
 * store. No accounts, log, metrics, time limits, retries, price or history; what they leave of a rate nobody can exceed.
 */
const { UPSTREAM = "", BIND_ADDRESS = "" } = Bun.env;

const data_dir = mkdtempSync(join(tmpdir(), "bench-libraries-"));
const database_url = pathToFileURL(join(data_dir, "bench.db")).href;
const { completions } = await openStore({ data_dir, database_url, bus: createEventBus() });
const openai = createOpenAI({ apiKey: "not-a-secret", baseURL: UPSTREAM });

const Question = t.Object({
  provider: t.String(),
  model: t.String(),
  prompt: t.String(),
  max_tokens: t.Number(),
  temperature: t.Number(),
});

new Elysia()
  .use(
    rateLimit({
      max: 1_000_000,
      duration: 1_000,
      generator: ({ headers }) => headers.get("x-api-key") ?? "",
    }),
  )
  .get("/health", () => "ready")
  .post(
    "/v1/completions",
    async ({ body, request }) => {
      const { provider, model, prompt } = body;
      const { content, finishReason, usage, response } = await openai.chat(model).doGenerate({
        prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
        maxOutputTokens: body.max_tokens,
        temperature: body.temperature,
        abortSignal: request.signal,
      });
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
      const request_id = Bun.randomUUIDv7();
      const answered = { text, provider, model: response?.modelId ?? model, usage: usage.raw, finishReason };
      await completions.add(completionRow({ request_id, provider, model, text }));
      return { ...answered, request_id };
    },
    { body: Question },
  )
  .listen({ hostname: "127.0.0.1", port: Number(BIND_ADDRESS.split(":")[1]) });
