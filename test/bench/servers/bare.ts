/** What the server is measured against: `Bun.serve` and nothing else. WORK says what it does with a request. */
const { WORK = "", BODY = "", UPSTREAM = "", WAIT_MS = "", BIND_ADDRESS = "" } = Bun.env;

const TOPIC = "events";
const JSON_HEADERS = { "content-type": "application/json" };
const answer = () => new Response(BODY, { headers: JSON_HEADERS });

type Work = (request: Request, server: Bun.Server<undefined>) => Response | Promise<Response>;

const WORKS: Readonly<Record<string, Work>> = {
  /** Gives everybody the same bytes. */
  answer,
  /** The same after a while. */
  async wait() {
    await Bun.sleep(Number(WAIT_MS));
    return answer();
  },
  /** Hands the request's body on and its answer back. */
  proxy: async (request) =>
    fetch(UPSTREAM, { method: "POST", headers: JSON_HEADERS, body: await request.text() }),
  /** Tells all sockets. */
  publish(_request, server) {
    server.publish(TOPIC, BODY);
    return new Response("");
  },
};

const work = WORKS[WORK];
if (!work) throw new Error(`WORK must be one of ${Object.keys(WORKS).join(", ")}.`);

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(BIND_ADDRESS.split(":")[1]),
  fetch(request, server) {
    if (request.url.endsWith("/ws") && server.upgrade(request)) return undefined;
    if (request.url.endsWith("/health") && WORK !== "answer") return new Response("ready");
    return work(request, server);
  },
  websocket: { open: (socket) => void socket.subscribe(TOPIC), message: () => undefined },
});
