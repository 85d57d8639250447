import { afterEach, setDefaultTimeout } from "bun:test";
import type { Subprocess } from "bun";

export interface Running {
  readonly process: Subprocess<"pipe", "pipe", "pipe">;
  /** All that came out so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves when the text has come out of standard output; throws if the process ends without it. */
  said(text: string): Promise<void>;
  /** Resolves with the exit code when the process has ended and everything it said is in `output`. */
  ended(): Promise<number>;
}

interface Options {
  env?: Record<string, string>;
  cwd?: string;
}

async function gather(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) add(decoder.decode(bytes, { stream: true }));
}

/** Starts programs in processes of their own, and kills after each test those that still run. */
export function createProcesses() {
  const started = new Set<Running>();
  // A process takes its time to start on a busy machine.
  setDefaultTimeout(30_000);

  afterEach(async () => {
    for (const running of started) {
      running.process.kill("SIGKILL");
      await running.ended();
    }
    started.clear();
  });

  function start(argv: string[], { env = {}, cwd }: Options = {}): Running {
    const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
    const child = Bun.spawn([process.execPath, ...argv], {
      // Nothing of this machine's own settings gets in.
      env: { PATH, HOME, TMPDIR, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    const output = { stdout: "", stderr: "" };
    let heard = Promise.withResolvers<void>();
    const hear = (name: keyof typeof output) => (text: string) => {
      output[name] += text;
      heard.resolve();
      heard = Promise.withResolvers();
    };
    const gathered = Promise.all([
      gather(child.stdout, hear("stdout")),
      gather(child.stderr, hear("stderr")),
    ]);
    const ended = gathered.then(() => child.exited);
    const running: Running = {
      process: child,
      output,
      async said(text) {
        while (!output.stdout.includes(text)) {
          const over = await Promise.race([heard.promise.then(() => false), ended.then(() => true)]);
          if (over && !output.stdout.includes(text))
            throw new Error(`The process ended without saying '${text}': ${output.stdout}${output.stderr}`);
        }
      },
      ended: () => ended,
    };
    started.add(running);
    return running;
  }

  return { start };
}
