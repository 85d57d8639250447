import { type Comparison, compare } from "../load/comparison.ts";
import type { FanOut } from "../load/fan-out-client.ts";
import { startBare } from "../servers/process.ts";
import { requestText, startServer } from "../servers/server.ts";

const SOCKETS = 500;
const TOPIC = "request.logs";
/** An event of that topic; its length is what matters. */
const EVENT = JSON.stringify({
  type: "event",
  topic: TOPIC,
  data: {
    request_id: "01a2072b-53fb-7345-b692-a3a68fdd4aaf",
    method: "GET",
    path: "/health",
    status: 200,
    duration_ms: 0.027321000000029017,
    caller: "anonymous",
  },
  timestamp: 1_790_000_000_000,
});

/** Events to 500 sockets, one event a request, against `server.publish` of the same length in a bare handler. */
export async function fanOut(): Promise<Comparison> {
  await using ours = await startServer();
  await using bare = await startBare({ WORK: "publish", BODY: EVENT });
  const common = { sockets: SOCKETS, trigger: requestText("GET", "/health") };
  const toOurs: FanOut = {
    ...common,
    url: ours.url,
    headers: { "X-API-Key": ours.key },
    subscribe: JSON.stringify({ type: "subscribe", topics: [TOPIC] }),
  };
  const toBare: FanOut = {
    ...common,
    url: bare.url,
    headers: {},
    subscribe: null,
    trigger: requestText("GET", "/publish"),
  };
  return await compare(
    { server: ours, task: { fanOut: toOurs } },
    { server: bare, task: { fanOut: toBare } },
  );
}
