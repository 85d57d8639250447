import { CannotRun, type Part } from "./part.ts";

/** Writes a line for people to read. */
type Write = (line: string) => void;

const USAGE = "Usage: bun run test:long [--list] [part ...]";

/** Returns a line for each part: its name and what it does. */
export function listParts(parts: readonly Part[]): string[] {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return parts.map(({ name, description }) => `${name.padEnd(width)}  ${description}`);
}

/** Runs one part and writes its figures; false if it failed. */
async function runPart({ name, run }: Part, write: Write): Promise<boolean> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  write(`${name}: running`);
  try {
    const figures = await run();
    write(Bun.inspect(figures, { depth: 6 }));
    write(`${name}: passed after ${seconds()}`);
    return true;
  } catch (error) {
    if (error instanceof CannotRun) {
      write(`${name}: skipped: ${error.message}`);
      return true;
    }
    write(Bun.inspect(error));
    write(`${name}: failed after ${seconds()}`);
    return false;
  }
}

/**
 * Runs the parts that the arguments name, one after the other, or all of them if there is no argument; with `--list` it
 * only lists them. Returns the exit code: 0, 1 if a part failed, 2 if an argument names no part.
 */
export async function runParts(
  parts: readonly Part[],
  given: readonly string[],
  write: Write,
): Promise<number> {
  const known = ["--list", ...parts.map(({ name }) => name)];
  const unknown = given.filter((argument) => !known.includes(argument));
  if (unknown.length > 0) {
    write(`No such part: ${unknown.join(", ")}. ${USAGE}`);
    for (const line of listParts(parts)) write(line);
    return 2;
  }
  if (given.includes("--list")) {
    for (const line of listParts(parts)) write(line);
    return 0;
  }
  const chosen = parts.filter(({ name }) => given.length === 0 || given.includes(name));
  const failed: string[] = [];
  for (const part of chosen) if (!(await runPart(part, write))) failed.push(part.name);
  if (failed.length > 0) write(`Failed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}
