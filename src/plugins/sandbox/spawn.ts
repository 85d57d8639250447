import { fileURLToPath } from "node:url";
import { WORKER_COMMAND } from "./protocol.ts";

/** Within an executable the sources have paths that no other process can open. */
const isExecutable = /\$bunfs|~BUN/.test(import.meta.url);

/** How a worker is started: the executable by its own subcommand, the source by Bun. */
const command = (): string[] =>
  isExecutable
    ? [process.execPath, WORKER_COMMAND]
    : [process.execPath, "--no-env-file", fileURLToPath(new URL("./worker.ts", import.meta.url))];

export interface WorkerListener {
  message(message: unknown): void;
  /** It is gone, whatever the cause. */
  exit(): void;
}

/** Starts a worker with an environment of its own, in which there is nothing but the time zone. */
export const spawnWorker = (listener: WorkerListener) =>
  Bun.spawn(command(), {
    env: { TZ: "UTC" },
    cwd: "/",
    stdio: ["ignore", "ignore", "ignore"],
    serialization: "json",
    ipc: (message) => listener.message(message),
    onExit: () => listener.exit(),
  });

export type WorkerProcess = ReturnType<typeof spawnWorker>;
