import type { ConfigOptions } from "../../src/config/index.ts";
import { createUser } from "./cast.ts";
import { installPlugin } from "./plugins.ts";
import { type Answer, type Sent, startServer, type TestServer } from "./server/index.ts";
import { createUpstream, type Upstream } from "./upstream/index.ts";
import { formIn, textOf, type UpstreamBody } from "./upstream/wire.ts";

/** What the model behind both providers says as a judge, by the form that it is asked for. */
const JUDGEMENTS: Readonly<Record<string, object>> = {
  statements: { statements: ["It says one thing."] },
  verdicts: { verdicts: [{ number: 1, reason: "It does.", verdict: "yes" }] },
  rating: { reason: "It is well built.", score: 4 },
};

/** What it says otherwise; to everything else, a letter of a choice. */
const SAYINGS: readonly (readonly [asked: string, said: string])[] = [
  ["What is the capital of France?", "The capital of France is Paris."],
  ["What is AI?", 'AI is "artificial intelligence":\nmachines that learn.'],
  ["Hello, world!", "Hello to you."],
];

function say({ messages, ...body }: UpstreamBody): string {
  const judgement = JUDGEMENTS[formIn({ messages, ...body })];
  if (judgement) return JSON.stringify(judgement);
  const asked = textOf(messages.at(-1)?.content ?? "");
  return SAYINGS.find(([question]) => asked.includes(question))?.[1] ?? "A";
}

/** Eight questions under the name that the document's benchmarks use. */
const MMLU = {
  name: "mmlu",
  samples: Array.from({ length: 8 }, (_, index) => ({
    id: `sample-${index}`,
    input: `Which of these is number ${index + 1}?`,
    choices: ["One", "Two", "Three", "Four"],
    expected: index % 4,
    group: "numbers",
  })),
};

export interface DocumentServer extends TestServer {
  /** Stands for OpenAI and Anthropic. */
  readonly upstream: Upstream;
  /** The token of the document's `user@example.com`. */
  readonly user_token: string;
  /** A request as the document's user. */
  asUser<Body = unknown>(method: string, path: string, body?: object): Promise<Answer<Body>>;
}

/** The plugin of the document's examples: it answers what they show. */
export const installCustomEvaluator = (server: TestServer): Promise<string> =>
  installPlugin(
    server,
    { name: "custom-evaluator", plugin_type: "evaluator" },
    `export function execute({ text, parameters }) {
      const score = text === "Sample input" && parameters.threshold <= 0.92 ? 0.92 : 0;
      return { score, details: "Evaluation completed successfully" };
    }`,
  );

/** A server as the document finds it: with its user, its two providers configured, and a dataset `mmlu`. */
export async function startDocumentServer(options: ConfigOptions = {}): Promise<DocumentServer> {
  const upstream = createUpstream({ answer: say });
  const server = await startServer({
    openai_api_key: "sk-openai",
    openai_base_url: `${upstream.url}/v1`,
    anthropic_api_key: "sk-ant-anthropic",
    anthropic_base_url: `${upstream.url}/v1`,
    ...options,
  });
  const { token: user_token } = await createUser(server, "user@example.com", "user", "password");
  const { status } = await server.request("POST", "/v1/datasets", { token: user_token, body: MMLU });
  if (status !== 201) throw new Error(`Uploading mmlu answered ${status}`);
  return {
    ...server,
    upstream,
    user_token,
    asUser: (method, path, body) => {
      const sent: Sent = { token: user_token, ...(body ? { body } : {}) };
      return server.request(method, path, sent);
    },
    async stop() {
      await server.stop();
      await upstream.stop();
    },
  };
}
