import { MAIN } from "../paths.ts";
import { createProcesses, type Running } from "./process.ts";

/** What a command that has ended left. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line in processes of its own, without anything of this machine's settings. */
export function createCli() {
  const { start } = createProcesses();

  function command(argv: string[], env: Record<string, string> = {}, input?: string): Running {
    const running = start([MAIN, ...argv], { env });
    if (input !== undefined) running.process.stdin.write(input);
    running.process.stdin.end();
    return running;
  }

  async function run(argv: string[], env: Record<string, string> = {}, input?: string): Promise<Ended> {
    const running = command(argv, env, input);
    const code = await running.ended();
    return { code, ...running.output };
  }

  /** What a command prints as JSON; throws if it fails. */
  async function read<Answer>(argv: string[], env: Record<string, string>, input?: string): Promise<Answer> {
    const { code, stdout, stderr } = await run(argv, env, input);
    if (code !== 0) throw new Error(`'${argv.join(" ")}' ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Starts a server on a free port and resolves with its address once it listens. */
  async function serve(env: Record<string, string>): Promise<{ server: Running; url: string }> {
    const server = command(["serve"], { BIND_ADDRESS: "127.0.0.1:0", ...env });
    await server.said('"msg":"listening"');
    const [, url = ""] = /"url":"(http:[^"]+)"/.exec(server.output.stdout) ?? [];
    return { server, url };
  }

  return { command, run, read, serve };
}
