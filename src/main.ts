#!/usr/bin/env bun
import { LONG_TEXTS_COMMAND } from "./metrics/long-texts/protocol.ts";
import { WORKER_COMMAND } from "./plugins/sandbox/protocol.ts";

const argv = Bun.argv.slice(2);

// A worker of the plugin sandbox runs this same program. It loads no part of the server, because it needs none.
if (argv[0] === WORKER_COMMAND) await import("./plugins/sandbox/worker.ts");
else if (argv[0] === LONG_TEXTS_COMMAND) await import("./metrics/long-texts/worker.ts");
else process.exitCode = await (await import("./commands/index.ts")).runCommand(argv);
