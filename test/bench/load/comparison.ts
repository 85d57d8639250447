import { join } from "node:path";
import { bunCommand, type Process } from "../servers/process.ts";
import type { FannedOut, FanOut } from "./fan-out-client.ts";
import type { Load, Pressed } from "./press.ts";

/** A server, and what is done to it. */
export interface Side {
  server: Process;
  task: { press: Load } | { fanOut: FanOut };
}

/** One measurement of one side. */
export interface Round {
  per_second: number;
  /** Of one core, by the server alone; null where the system does not tell. */
  cpu_share: number | null;
  /** Of single requests, in milliseconds; null where none are told apart. */
  p50_ms: number | null;
  p99_ms: number | null;
}

export interface Comparison {
  ours: Round[];
  bare: Round[];
}

/** Requests in the air at once: fewer than a provider's default limit of 20 calls. */
export const CONNECTIONS = 16;
const CLIENT = join(import.meta.dir, "client.ts");
const WARM_UP_S = { ours: 10, bare: 3 };
const ROUNDS = 5;
const ROUND_S = 1;
const REPLY_MS = 20_000;

/** The process that puts a server under load, one task at a time. */
function startClient() {
  let reply = Promise.withResolvers<Pressed | FannedOut>();
  const client = Bun.spawn(bunCommand("others", [CLIENT]), {
    env: {},
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message: Pressed | FannedOut) => reply.resolve(message),
    onExit: () => reply.reject(new Error("The client has ended.")),
  });
  return {
    async run(task: Side["task"], seconds: number): Promise<Pressed | FannedOut> {
      reply = Promise.withResolvers();
      const late = setTimeout(() => reply.reject(new Error("The client does not answer.")), REPLY_MS);
      client.send({ ...task, seconds });
      return reply.promise.finally(() => clearTimeout(late));
    },
    async stop(): Promise<void> {
      // Its end is meant now.
      reply.promise.catch(() => undefined);
      client.kill();
      await client.exited;
    },
  };
}

/** Puts servers under load by turns, so that whatever else the machine does meets all of them alike. */
export async function byTurns<Name extends string>(
  sides: Record<Name, Side>,
  warm_up_s: (name: Name) => number,
): Promise<Record<Name, Round[]>> {
  const client = startClient();
  const names = Object.keys(sides) as Name[];
  async function measure({ server, task }: Side, seconds: number): Promise<Round> {
    const before = server.cpuMs();
    const started = performance.now();
    const result = await client.run(task, seconds);
    const after = server.cpuMs();
    const elapsed = performance.now() - started;
    const cpu_share = before === null || after === null ? null : (after - before) / elapsed;
    const { p50_ms, p99_ms } = "p50_ms" in result ? result : { p50_ms: null, p99_ms: null };
    return { per_second: result.per_second, cpu_share, p50_ms, p99_ms };
  }
  try {
    for (const name of names) await measure(sides[name], warm_up_s(name));
    const rounds = Object.fromEntries(names.map((name) => [name, [] as Round[]])) as Record<Name, Round[]>;
    for (let round = 0; round < ROUNDS; round++)
      for (const name of names) rounds[name].push(await measure(sides[name], ROUND_S));
    return rounds;
  } finally {
    await client.stop();
  }
}

export const compare = (ours: Side, bare: Side): Promise<Comparison> =>
  byTurns({ ours, bare }, (name) => WARM_UP_S[name]);

/** The same request to both, over and over. */
export function compareRequests(ours: Process, bare: Process, request: string): Promise<Comparison> {
  const side = (server: Process): Side => ({
    server,
    task: { press: { url: server.url, request, connections: CONNECTIONS } },
  });
  return compare(side(ours), side(bare));
}
