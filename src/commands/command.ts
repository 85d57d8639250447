import { type ParseArgsConfig, parseArgs } from "node:util";

/** One subcommand of the binary. Answers the exit code. */
export interface Command {
  name: string;
  usage: string;
  summary: string;
  run(argv: string[]): Promise<number>;
}

/** The command line was not understood; `message` says how it goes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `parseArgs`, with its complaints turned into ours. */
export function readArguments<const Options extends ParseArgsConfig>(
  options: Options,
  argv: string[],
  usage: string,
) {
  try {
    return parseArgs({ ...options, args: argv, strict: true });
  } catch (error) {
    // Node goes on about arguments that begin with a dash.
    const [complaint] = (error as Error).message.split(". To specify");
    throw new UsageError(`${complaint}.\nUsage: ${usage}`);
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
