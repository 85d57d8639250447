import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { type DocumentServer, startDocumentServer } from "../support/document.ts";

/** The document's Python clients as they are printed, but for the address and the token. */
const GRAPHQL_CLIENT = `
import requests
import json

GRAPHQL_URL = "http://localhost:3000/graphql"
TOKEN = "your-jwt-token"

def graphql_query(query, variables=None):
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {TOKEN}"
    }

    payload = {"query": query}
    if variables:
        payload["variables"] = variables

    response = requests.post(
        GRAPHQL_URL,
        headers=headers,
        json=payload
    )

    return response.json()

# Query example
result = graphql_query("""
    query {
        version
        health
        plugins {
            id
            name
            version
        }
    }
""")

print(json.dumps(result, indent=2))

# Mutation example
result = graphql_query("""
    mutation($input: CompletionInput!) {
        createCompletion(input: $input) {
            text
            model
            requestId
        }
    }
""", {
    "input": {
        "provider": "openai",
        "model": "gpt-4",
        "prompt": "Hello, world!",
        "maxTokens": 50
    }
})

print(json.dumps(result, indent=2))
`;

const WEBSOCKET_CLIENT = `
import asyncio
import websockets
import json

async def websocket_client():
    uri = "ws://localhost:3000/ws"

    async with websockets.connect(uri) as websocket:
        # Subscribe to topics
        await websocket.send(json.dumps({
            "type": "subscribe",
            "topics": ["benchmark.progress", "evaluation.results"]
        }))

        # Receive messages
        async for message in websocket:
            data = json.loads(message)

            if data["type"] == "event":
                topic = data["topic"]
                event_data = data["data"]
                print(f"Event on {topic}: {event_data}")
            elif data["type"] == "ack":
                print(f"Ack: {data['message']}")

asyncio.run(websocket_client())
`;

const { PATH = "", PYTHONPATH = "" } = process.env;
const environment = { PATH, PYTHONPATH, PYTHONUNBUFFERED: "1" };

/** Whether this machine can run them; their requests are made from TypeScript beside this file in any case. */
const has = (module: string): boolean =>
  Bun.which("python3") !== null &&
  Bun.spawnSync(["python3", "-c", `import ${module}`], { env: environment }).exitCode === 0;
const named = (name: string, module: string): string =>
  has(module) ? name : `${name} (skipped: there is no python3 with '${module}' here)`;

let server: DocumentServer;
const running = new Set<{ kill(): void }>();
beforeAll(async () => {
  server = await startDocumentServer();
});
afterEach(() => {
  for (const child of running) child.kill();
  running.clear();
});
afterAll(() => server.stop());

function start(script: string) {
  const text = script
    .replace("localhost:3000", new URL(server.url).host)
    .replace("your-jwt-token", server.user_token);
  const child = Bun.spawn(["python3", "-c", text], { env: environment, stdout: "pipe", stderr: "inherit" });
  running.add(child);
  return child;
}

test.skipIf(!has("requests"))(named("GraphQL Client (Python)", "requests"), async () => {
  const printed = await new Response(start(GRAPHQL_CLIENT).stdout).text();
  const [query, mutation] = printed
    .split(/(?<=^\})$/m)
    .filter((part) => part.trim())
    .map((part) => JSON.parse(part));
  expect(query).toEqual({ data: { version: "1.0.0", health: true, plugins: [] } });
  expect(mutation).toMatchObject({ data: { createCompletion: { text: "Hello to you.", model: "gpt-4" } } });
});

test.skipIf(!has("websockets"))(named("WebSocket Client (Python)", "websockets"), async () => {
  const reader = start(WEBSOCKET_CLIENT).stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  const until = async (words: string): Promise<void> => {
    while (!printed.includes(words)) {
      const { done, value = "" } = await reader.read();
      if (done) throw new Error(`The client ended without '${words}': ${printed}`);
      printed += value;
    }
  };
  await until("Ack: Subscribed to 2 topics\n");
  const { body } = await server.asUser<{ evaluation_id: string }>("POST", "/v1/evaluations", {
    provider: "openai",
    model: "gpt-4",
    input: "What is 2+2?",
    output: "The answer is 4.",
    metrics: ["relevance"],
  });
  await until(body.evaluation_id);
  expect(printed).toContain("Event on evaluation.results: {");
});
