#!/usr/bin/env bun
import { WORKER_COMMAND } from "./plugins/sandbox/protocol.ts";

const argv = Bun.argv.slice(2);

// A worker of the plugin sandbox runs this same program. It loads no part of the server, because it needs none.
if (argv[0] === WORKER_COMMAND) await import("./plugins/sandbox/worker.ts");
else process.exitCode = await (await import("./commands/index.ts")).runCommand(argv);
