import { processScript } from "../paths.ts";

/** Starts the faulty upstream in a process of its own. */
export async function startFaultyUpstream(environment: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, processScript("faulty-upstream")], {
    env: environment,
    stdout: "pipe",
    // Bun tells of every connection that is broken on purpose.
    stderr: "ignore",
  });
  const { value } = await child.stdout.getReader().read();
  const url = new TextDecoder().decode(value).trim();
  return {
    url,
    read: async <Body>(path: string) => (await (await fetch(url + path)).json()) as Body,
    async stop() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** Does a thing for 0, 1, 2, … up to `count`, so many at a time. */
export async function inParallel(count: number, width: number, act: (index: number) => Promise<unknown>) {
  let next = 0;
  async function work(): Promise<void> {
    while (next < count) await act(next++);
  }
  await Promise.all(Array.from({ length: width }, work));
}
