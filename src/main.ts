#!/usr/bin/env bun
import { WORKER_COMMAND } from "./plugins/sandbox/protocol.ts";

const argv = Bun.argv.slice(2);

// A worker of the sandbox is this program again, and needs nothing of the server: so nothing of it is loaded.
if (argv[0] === WORKER_COMMAND) await import("./plugins/sandbox/worker.ts");
else process.exitCode = await (await import("./commands/index.ts")).runCommand(argv);
