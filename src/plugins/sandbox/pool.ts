import { PLUGIN_IO_MAX } from "../../domain/plugin.ts";
import {
  type PluginAnswer,
  PluginError,
  type RunOptions,
  type Sandbox,
  type SandboxedPlugin,
} from "../plugin.ts";
import type { Report } from "./protocol.ts";
import { type Call, createSandboxWorker, type SandboxWorker } from "./sandbox-worker.ts";

/** The most calls that may wait; further ones are rejected. */
const QUEUE_MAX = 2_000;
/** An idle worker is stopped after this time, which frees its memory. */
const IDLE_MS = 30_000;
/** The time limit to load and check a plugin. */
const CHECK_MS = 5_000;

export interface SandboxOptions {
  /** The most processes that run at once. */
  workers: number;
  idle_ms?: number;
}

type Priority = NonNullable<RunOptions["priority"]>;

interface Waiting extends PromiseWithResolvers<Report> {
  call: Call;
}

interface Member {
  worker: SandboxWorker;
  busy: boolean;
  idle?: ReturnType<typeof setTimeout>;
}

const serverStopping = () => new PluginError("busy", "the server is stopping");

/** Returns the value of a report; throws its fault as a PluginError. */
function answerIn(report: Report): unknown {
  if ("value" in report) return JSON.parse(report.value);
  throw new PluginError(report.fault.reason, report.fault.message, report.logs);
}

/**
 * Creates a pool of processes that start when work arrives and stop when idle. They are processes because
 * `Worker.terminate()` does not end WebAssembly that loops (oven-sh/bun#36356), whereas a kill does.
 */
export function createSandbox({ workers, idle_ms = IDLE_MS }: SandboxOptions): Sandbox {
  const queues: Record<Priority, Waiting[]> = { interactive: [], batch: [] };
  const members = new Set<Member>();
  let stopping = false;

  const countWaiting = () => queues.interactive.length + queues.batch.length;

  function retire(member: Member): void {
    members.delete(member);
    void member.worker.kill();
  }

  function becomeIdle(member: Member): void {
    member.busy = false;
    member.idle = setTimeout(() => retire(member), idle_ms);
    member.idle.unref();
  }

  function freeMember(): Member | undefined {
    for (const member of members) {
      if (member.worker.isGone) members.delete(member);
      else if (!member.busy) return member;
    }
    if (members.size >= workers) return undefined;
    const member: Member = { worker: createSandboxWorker(), busy: false };
    members.add(member);
    return member;
  }

  /** Starting a process fails on a system without free processes or memory. */
  function tryMember(): Member | PluginError | undefined {
    try {
      return freeMember();
    } catch (error) {
      return new PluginError("busy", `no sandbox process could be started: ${(error as Error).message}`);
    }
  }

  async function perform(member: Member, { call, resolve, reject }: Waiting): Promise<void> {
    member.busy = true;
    clearTimeout(member.idle);
    await member.worker.perform(call).then(resolve, reject);
    if (member.worker.isGone) members.delete(member);
    else becomeIdle(member);
    dispatch();
  }

  function dispatch(): void {
    while (!stopping && countWaiting() > 0) {
      const member = tryMember();
      if (!member) return;
      const next = queues.interactive.shift() ?? queues.batch.shift();
      if (!next) return;
      if (member instanceof PluginError) next.reject(member);
      else void perform(member, next);
    }
  }

  function submit(call: Call, priority: Priority): Promise<Report> {
    if (stopping) return Promise.reject(serverStopping());
    if (countWaiting() >= QUEUE_MAX)
      return Promise.reject(
        new PluginError("busy", `${QUEUE_MAX} plugin calls are already waiting; try again later`),
      );
    const waiting: Waiting = { ...Promise.withResolvers<Report>(), call };
    queues[priority].push(waiting);
    dispatch();
    return waiting.promise;
  }

  function jsonOf(input: unknown): string {
    const text = JSON.stringify(input) ?? "null";
    if (Buffer.byteLength(text) > PLUGIN_IO_MAX)
      throw new PluginError("input", `the input has more than ${PLUGIN_IO_MAX} bytes of JSON`);
    return text;
  }

  return {
    async check(plugin) {
      answerIn(await submit({ plugin, job: { kind: "check" }, time_ms: CHECK_MS }, "interactive"));
    },
    async run(plugin, input, { time_ms, priority = "interactive" }): Promise<PluginAnswer> {
      const job = { kind: "run", input: jsonOf(input) } as const;
      const report = await submit({ plugin, job, time_ms }, priority);
      const { logs, execution_time_ms } = report;
      return { output: answerIn(report), logs, execution_time_ms };
    },
    async complete(plugin: SandboxedPlugin, parameters) {
      const job = { kind: "complete", parameters } as const;
      const report = await submit({ plugin, job, time_ms: CHECK_MS }, "interactive");
      return answerIn(report) as Record<string, unknown>;
    },
    size: workers,
    get workers() {
      return [...members].map(({ worker }) => worker.pid);
    },
    async stop() {
      stopping = true;
      for (const waiting of [...queues.interactive.splice(0), ...queues.batch.splice(0)])
        waiting.reject(serverStopping());
      await Promise.all([...members].map(({ worker }) => worker.kill()));
      members.clear();
    },
  };
}
