/** What a part measured, by name; numbers carry their unit in the name. */
export type Figures = Readonly<Record<string, unknown>>;

/** A part of the long tests: one file in `test/long/`, and its line in `parts.ts`. */
export interface Part {
  /** By which the command line names it. */
  readonly name: string;
  /** One line for `--list`. */
  readonly description: string;
  /** Returns the figures. Throws if something does not hold, or `CannotRun` if this machine lacks what it needs. */
  run(): Promise<Figures>;
}

/** Thrown by a part that cannot run on this machine; its message is the reason. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

/** Throws `CannotRun` unless the figures of a process can be read from Linux's `/proc`. */
export function requireLinux(): void {
  if (process.platform !== "linux") throw new CannotRun("its figures come from Linux's /proc alone");
}
