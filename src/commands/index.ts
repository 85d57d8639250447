import { ConfigError } from "../config.ts";
import { VERSION } from "../domain/version.ts";
import { PricesError } from "../providers/price-file.ts";
import { DatabaseError } from "../store/database-error.ts";
import { DataDirLocked } from "../store/lock.ts";
import { backup } from "./backup.ts";
import { type Command, print, UsageError } from "./command.ts";
import { dataset } from "./dataset.ts";
import { demo } from "./demo.ts";
import { health } from "./health.ts";
import { key } from "./key.ts";
import { openapi } from "./openapi.ts";
import { OperationFailed } from "./operator.ts";
import { plugin } from "./plugin.ts";
import { prices } from "./prices.ts";
import { run } from "./run.ts";
import { serve } from "./serve.ts";
import { user } from "./user.ts";

const COMMANDS: readonly Command[] = [
  serve,
  demo,
  run,
  user,
  key,
  dataset,
  plugin,
  prices,
  backup,
  openapi,
  health,
];

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

async function perform([name = "serve", ...argv]: string[]): Promise<number> {
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

/** Runs a command line; answers the exit code. What went wrong is said on standard error. */
export async function runCommand(argv: string[]): Promise<number> {
  try {
    return await perform(argv);
  } catch (error) {
    console.error(isExplained(error) ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
}
