import { basename } from "node:path";

/** How a person calls this program in a shell. */
interface ProgramCommands {
  /** Starts the server. */
  start: string;
  /** Precedes the name of any other command. */
  program: string;
}

const isBun = (path: string): boolean => /^bun(\.exe)?$/.test(basename(path.replaceAll("\\", "/")));

const quoted = (path: string): string =>
  /^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/**
 * Returns the commands for the executable at `path`. A compiled executable is called by its own path. The source is
 * run by Bun, which npx keeps outside the shell's search path: then `npx -y` has to precede it.
 */
export function programCommands(path: string = process.execPath): ProgramCommands {
  if (!isBun(path)) return { start: quoted(path), program: quoted(path) };
  const bun = /[\\/]_npx[\\/]/.test(path) ? "npx -y bun" : "bun";
  return { start: `${bun} start`, program: `${bun} src/main.ts` };
}
