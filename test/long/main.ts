import { PARTS } from "./parts.ts";
import { runParts } from "./support/run-parts.ts";

/** `bun run test:long [--list] [part ...]`: everything that takes longer than the suite may. */
process.exitCode = await runParts(PARTS, Bun.argv.slice(2), console.log);
