import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DocumentServer, startDocumentServer } from "../support/document.ts";

/** "Complete REST Workflow": the document's script, run by bash against a server whose models answer at once. */
const SCRIPT = String.raw`
# 1. Create completion
COMPLETION=$(curl -s -X POST http://localhost:3000/v1/completions \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $TOKEN" \
  -d '{
    "provider": "openai",
    "model": "gpt-4",
    "prompt": "What is AI?",
    "max_tokens": 100
  }')

echo $COMPLETION | jq .

# 2. Create evaluation
EVAL=$(curl -s -X POST http://localhost:3000/v1/evaluations \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $TOKEN" \
  -d "{
    \"provider\": \"openai\",
    \"model\": \"gpt-4\",
    \"input\": \"What is AI?\",
    \"output\": $(echo $COMPLETION | jq -r .text),
    \"metrics\": [\"coherence\", \"relevance\"]
  }")

echo $EVAL | jq .

# 3. Create benchmark
BENCHMARK=$(curl -s -X POST http://localhost:3000/v1/benchmarks \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $TOKEN" \
  -d '{
    "name": "Model Comparison",
    "providers": [
      {"provider": "openai", "model": "gpt-4"},
      {"provider": "anthropic", "model": "claude-3-opus-20240229"}
    ],
    "dataset": "mmlu",
    "metrics": ["accuracy"],
    "iterations": 10
  }')

BENCHMARK_ID=$(echo $BENCHMARK | jq -r .benchmark_id)

# 4. Poll for completion
while true; do
  STATUS=$(curl -s http://localhost:3000/v1/benchmarks/$BENCHMARK_ID \
    -H "Authorization: Bearer $TOKEN")

  PROGRESS=$(echo $STATUS | jq -r .progress)
  echo "Progress: $PROGRESS"

  if [ $(echo "$PROGRESS >= 1.0" | bc) -eq 1 ]; then
    break
  fi

  sleep 2
done

echo "Benchmark complete!"
echo $STATUS | jq .
`;

const missing = ["bash", "curl", "jq", "bc"].filter((tool) => Bun.which(tool) === null);
const reason = missing.length > 0 ? ` (skipped: there is no ${missing.join(" and no ")} here)` : "";
const SCRIPT_MS = 30_000;

let server: DocumentServer;
beforeAll(async () => {
  server = await startDocumentServer();
});
afterAll(() => server.stop());

async function run(script: string): Promise<{ code: number; printed: string; errors: string }> {
  const child = Bun.spawn(["bash", "-c", script.replaceAll("http://localhost:3000", server.url)], {
    env: { PATH: process.env.PATH ?? "", TOKEN: server.user_token },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [printed, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, printed, errors };
}

/** The three JSON texts that the script prints: the completion, the evaluation and the benchmark. */
const partsOf = (printed: string): unknown[] =>
  printed
    .split(/^Progress: .*$|^Benchmark complete!$/m)
    .flatMap((part) => part.split(/(?<=^\})$/m))
    .filter((part) => part.trim())
    .map((part) => JSON.parse(part));

const progressOf = (printed: string): number[] =>
  [...printed.matchAll(/^Progress: (.*)$/gm)].map(([, value]) => Number(value));

describe.skipIf(missing.length > 0)(`Complete REST Workflow, by bash, curl, jq and bc${reason}`, () => {
  test(
    "as the README corrects it: with `jq .text` every step succeeds, and the polling ends",
    async () => {
      const { code, printed, errors } = await run(SCRIPT.replace("jq -r .text", "jq .text"));
      expect({ code, errors }).toEqual({ code: 0, errors: "" });
      const [completion, evaluation, benchmark] = partsOf(printed);
      const text = 'AI is "artificial intelligence":\nmachines that learn.';
      expect(completion).toMatchObject({ text, model: "gpt-4" });
      expect(evaluation).toMatchObject({
        score: expect.any(Number),
        metrics: { relevance: expect.any(Number) },
      });
      expect(evaluation).toHaveProperty("metrics.coherence");
      expect(benchmark).toMatchObject({
        status: "completed",
        progress: 1,
        results: { runs: [{ trials: 10 }, { trials: 10 }] },
      });
      expect(progressOf(printed).at(-1)).toBe(1);
      expect(progressOf(printed)).toEqual(progressOf(printed).toSorted((left, right) => left - right));
    },
    SCRIPT_MS,
  );

  test(
    "as it is printed: `jq -r .text` leaves the text unquoted, which is not JSON, so that step alone is 400",
    async () => {
      const { code, printed } = await run(SCRIPT);
      expect(code).toBe(0);
      const [completion, evaluation, benchmark] = partsOf(printed);
      expect(completion).toMatchObject({ model: "gpt-4" });
      expect(evaluation).toMatchObject({
        error: {
          code: "BAD_REQUEST",
          message: expect.stringMatching(/^body: is not valid JSON/),
          details: { field: "body" },
        },
      });
      expect(benchmark).toMatchObject({ status: "completed", progress: 1 });
    },
    SCRIPT_MS,
  );
});
