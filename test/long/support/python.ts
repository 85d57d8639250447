import { join } from "node:path";
import { CannotRun } from "./part.ts";

async function output(command: string[], options: { input?: string; env?: Record<string, string> } = {}) {
  const child = Bun.spawn(command, {
    env: { ...Bun.env, PYTHONUNBUFFERED: "1", ...options.env },
    stdin: options.input === undefined ? "ignore" : new Blob([options.input]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}

/** A Python of its own, with packages of its own. */
export interface Python {
  /** The folder in which its `python3` stands. */
  readonly bin: string;
  /** Runs a script with JSON on its input and returns the JSON that it prints. Throws with what it said if it fails. */
  run<Result>(script: string, input: unknown): Promise<Result>;
}

/**
 * Creates a virtual environment in the folder and installs packages into it by pip. Throws `CannotRun` if there is no
 * python3, or no way to make an environment or to fetch the packages.
 */
export async function createPython(folder: string, packages: readonly string[]): Promise<Python> {
  const installed = Bun.which("python3");
  if (installed === null) throw new CannotRun("there is no python3 on the PATH");
  const home = join(folder, "python");
  const bin = join(home, "bin");
  const python = join(bin, "python3");
  const steps = [
    [installed, "-m", "venv", home],
    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages],
  ];
  for (const step of steps) {
    const { code, stderr } = await output(step);
    if (code !== 0) throw new CannotRun(`'${step.slice(1).join(" ")}' failed: ${stderr.trim().slice(-500)}`);
  }
  return {
    bin,
    async run<Result>(script: string, input: unknown): Promise<Result> {
      const { code, stdout, stderr } = await output([python, script], { input: JSON.stringify(input) });
      if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr.trim().slice(-2_000)}`);
      return JSON.parse(stdout) as Result;
    },
  };
}
