import { readFileSync, statSync } from "node:fs";
import { writeWholeFile } from "../../base/whole-file.ts";

/** The file that tells, beside a database, how its last process left it. */
export const stateFile = (file: string): string => `${file}.state`;

/** How a process left a database: closed, with the file's size and time of change, or open since the run `open`. */
type State = { closed: { bytes: number; changed_ms: number } } | { open: number };

function measure(file: string): { bytes: number; changed_ms: number } {
  const { size, mtimeMs } = statSync(file);
  return { bytes: size, changed_ms: mtimeMs };
}

/** A state that is missing or can't be read tells nothing. */
function readState(file: string): Partial<Extract<State, { open: number }> & { closed: object }> {
  try {
    return JSON.parse(readFileSync(stateFile(file), "utf8"));
  } catch {
    return {};
  }
}

const write = (file: string, state: State): void => writeWholeFile(stateFile(file), JSON.stringify(state));

/** Notes that the run of this number uses the file. The note stays if the server is killed. */
export const markOpen = (file: string, run: number): void => write(file, { open: run });

/** Notes that a server closed the file, with all its data in it. */
export const markClosed = (file: string): void => write(file, { closed: measure(file) });

/** Returns the number of the run that was killed while it used the file; undefined if none is known. */
export const killedRun = (file: string): number | undefined => readState(file).open;

/** Returns whether the file is as its last clean stop left it. If not, it may hold anything. */
export const isAsClosed = (file: string): boolean => Bun.deepEquals(readState(file).closed, measure(file));
