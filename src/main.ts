#!/usr/bin/env bun
import { ALGEBRA_COMMAND } from "./metrics/algebra/protocol.ts";
import { LONG_TEXTS_COMMAND } from "./metrics/long-texts/protocol.ts";
import { WORKER_COMMAND } from "./plugins/sandbox/protocol.ts";

const argv = Bun.argv.slice(2);

// A worker is this program again. It loads no part of the server, because it needs none.
if (argv[0] === WORKER_COMMAND) await import("./plugins/sandbox/worker.ts");
else if (argv[0] === LONG_TEXTS_COMMAND) await import("./metrics/long-texts/worker.ts");
else if (argv[0] === ALGEBRA_COMMAND) await import("./metrics/algebra/worker.ts");
else process.exitCode = await (await import("./commands/index.ts")).runCommand(argv);
