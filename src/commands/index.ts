import { VERSION } from "../base/version.ts";
import { type Command, print, UsageError } from "./command.ts";

/** The commands by name. Only the called one is loaded, because a container runs `health` every few seconds. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serve,
  demo: async () => (await import("./demo.ts")).demo,
  run: async () => (await import("./run.ts")).run,
  user: async () => (await import("./user.ts")).user,
  key: async () => (await import("./key.ts")).key,
  dataset: async () => (await import("./dataset.ts")).dataset,
  plugin: async () => (await import("./plugin.ts")).plugin,
  prices: async () => (await import("./prices.ts")).prices,
  backup: async () => (await import("./backup.ts")).backup,
  restore: async () => (await import("./restore.ts")).restore,
  doctor: async () => (await import("./doctor/index.ts")).doctor,
  openapi: async () => (await import("./openapi.ts")).openapi,
  health: async () => (await import("./health.ts")).health,
};

async function help(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return [
    `LLM Test Bench ${VERSION}`,
    "",
    ...commands.map(({ usage, summary }) => `  ${usage}\n      ${summary}`),
    "",
    "Settings are environment variables; the documentation lists them.",
  ].join("\n");
}

/**
 * Errors whose message is enough for the operator. Any other error is a bug and is printed with its stack. They are
 * listed by name, because importing their classes would load half of the server.
 */
const EXPLAINED: ReadonlySet<string> = new Set([
  "ConfigError",
  "DatabaseError",
  "DataDirLocked",
  "OperationFailed",
  "PricesError",
  "UsageError",
]);

const isExplained = (error: unknown): error is Error =>
  error instanceof Error && (EXPLAINED.has(error.name) || ("code" in error && error.code === "EADDRINUSE"));

async function perform([name = "serve", ...argv]: string[]): Promise<number> {
  if (["help", "--help", "-h"].includes(name)) {
    print(await help());
    return 0;
  }
  if (["version", "--version", "-v"].includes(name)) {
    print(VERSION);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new UsageError(`Unknown command '${name}'.\n\n${await help()}`);
  return (await load()).run(argv);
}

/** Runs a command line and returns its exit code. Errors are printed on standard error. */
export async function runCommand(argv: string[]): Promise<number> {
  try {
    return await perform(argv);
  } catch (error) {
    console.error(isExplained(error) ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
}
