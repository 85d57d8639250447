#!/usr/bin/env bun
import { backup } from "./commands/backup.ts";
import { type Command, print, UsageError } from "./commands/command.ts";
import { dataset } from "./commands/dataset.ts";
import { demo } from "./commands/demo.ts";
import { health } from "./commands/health.ts";
import { key } from "./commands/key.ts";
import { openapi } from "./commands/openapi.ts";
import { OperationFailed } from "./commands/operator.ts";
import { prices } from "./commands/prices.ts";
import { run } from "./commands/run.ts";
import { serve } from "./commands/serve.ts";
import { user } from "./commands/user.ts";
import { ConfigError } from "./config.ts";
import { VERSION } from "./domain/version.ts";
import { PricesError } from "./providers/price-file.ts";
import { DatabaseError } from "./store/database-error.ts";
import { DataDirLocked } from "./store/lock.ts";

const COMMANDS: readonly Command[] = [serve, demo, run, user, key, dataset, prices, backup, openapi, health];

const HELP = [
  `LLM Test Bench ${VERSION}`,
  "",
  ...COMMANDS.map(({ usage, summary }) => `  ${usage}\n      ${summary}`),
  "",
  "Settings are environment variables; the README lists them.",
].join("\n");

/** Faults that a message explains; anything else is ours and shows its stack. */
const isExplained = (error: unknown): error is Error =>
  [ConfigError, DatabaseError, DataDirLocked, OperationFailed, PricesError, UsageError].some(
    (known) => error instanceof known,
  ) ||
  (error instanceof Error && "code" in error && error.code === "EADDRINUSE");

async function main([name = "serve", ...argv]: string[]): Promise<number> {
  if (["help", "--help", "-h"].includes(name)) {
    print(HELP);
    return 0;
  }
  if (["version", "--version", "-v"].includes(name)) {
    print(VERSION);
    return 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (!command) throw new UsageError(`There is no command '${name}'.\n\n${HELP}`);
  return command.run(argv);
}

try {
  process.exitCode = await main(Bun.argv.slice(2));
} catch (error) {
  console.error(isExplained(error) ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
