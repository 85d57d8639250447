import { type ParseArgsConfig, parseArgs } from "node:util";

/** One subcommand of the program. */
export interface Command {
  name: string;
  usage: string;
  summary: string;
  /** Runs the command and returns its exit code. */
  run(argv: string[]): Promise<number>;
}

/** An invalid command line. `message` says what is wrong and shows the usage. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Parses arguments as Node's `parseArgs` does. Throws UsageError for arguments that it refuses. */
export function readArguments<const Options extends ParseArgsConfig>(
  options: Options,
  argv: string[],
  usage: string,
) {
  try {
    return parseArgs({ ...options, args: argv, strict: true });
  } catch (error) {
    // The rest of Node's message is a long hint about arguments that begin with a dash.
    const [fault] = (error as Error).message.split(". To specify");
    throw new UsageError(`${fault}.\nUsage: ${usage}`);
  }
}

/** Prints a line on standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
