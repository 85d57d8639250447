import { describe, expect, test } from "bun:test";
import { processScript } from "../../support/paths.ts";
import { faultOf, jsPlugin, testSandbox, wasmBytes, wasmPlugin } from "../../support/plugins.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

const LOOPING = wasmPlugin(wasmBytes('(module (func (export "execute") (loop $again (br $again))))'));
const ECHO = jsPlugin("export const execute = (input) => input;", { pure: true });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const untilDead = (pid: number): Promise<void> => waitUntil(() => !isAlive(pid));

describe("workers", () => {
  test("are started by the first call, and ended when there is nothing to do", async () => {
    const sandbox = testSandbox(2, 50);
    expect(sandbox.workers).toEqual([]);
    expect((await sandbox.run(ECHO, 1, { time_ms: 30_000 })).output).toBe(1);
    const [pid = 0] = sandbox.workers;
    expect(isAlive(pid)).toBe(true);
    await untilDead(pid);
    expect(sandbox.workers).toEqual([]);
    expect((await sandbox.run(ECHO, 2, { time_ms: 30_000 })).output).toBe(2);
  });

  test("that die take no other call with them", async () => {
    const sandbox = testSandbox(1);
    const caught = faultOf(sandbox.run(LOOPING, {}, { time_ms: 30_000 }));
    const waiting = Promise.all(
      Array.from({ length: 20 }, (_, n) => sandbox.run(ECHO, n, { time_ms: 30_000 })),
    );
    await waitUntil(() => sandbox.workers.length > 0);
    const [pid = 0] = sandbox.workers;
    // It is caught in the loop by then, or on its way there.
    await Bun.sleep(500);
    process.kill(pid, "SIGKILL");
    expect((await caught).reason).toBe("crashed");
    expect((await waiting).map(({ output }) => output)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test("caught in a loop are ended and replaced", async () => {
    const sandbox = testSandbox(1);
    const caught = faultOf(sandbox.run(LOOPING, {}, { time_ms: 200 }));
    const next = sandbox.run(ECHO, "next", { time_ms: 30_000 });
    const [pid = 0] = sandbox.workers;
    expect((await caught).reason).toBe("timeout");
    expect((await next).output).toBe("next");
    expect(isAlive(pid)).toBe(false);
  });

  test("caught in a loop end by themselves when their server was killed", async () => {
    const script = processScript("run-plugin");
    const server = Bun.spawn([process.execPath, script], { stdout: "pipe" });
    const { value } = await server.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value).trim());
    expect(isAlive(pid)).toBe(true);
    server.kill("SIGKILL");
    await untilDead(pid);
  });

  test("leave it to their server to heed a signal that is sent to all", async () => {
    const sandbox = testSandbox(1);
    await sandbox.run(ECHO, 0, { time_ms: 30_000 });
    const [pid = 0] = sandbox.workers;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(pid, signal);
    expect((await sandbox.run(ECHO, 1, { time_ms: 30_000 })).output).toBe(1);
    expect(sandbox.workers).toEqual([pid]);
  });

  test("of a server that ends end with it", async () => {
    const sandbox = testSandbox(1);
    await sandbox.run(ECHO, 1, { time_ms: 30_000 });
    const [pid = 0] = sandbox.workers;
    const waiting = [
      faultOf(sandbox.run(LOOPING, {}, { time_ms: 30_000 })),
      faultOf(sandbox.run(ECHO, 1, { time_ms: 30_000 })),
    ];
    await sandbox.stop();
    await untilDead(pid);
    expect((await Promise.all(waiting)).map(({ reason }) => reason)).toEqual(["crashed", "busy"]);
    expect((await faultOf(sandbox.run(ECHO, 1, { time_ms: 30_000 }))).reason).toBe("busy");
  });
});

describe("the queue", () => {
  test("is bounded", async () => {
    const sandbox = testSandbox(1);
    const calls = Array.from({ length: 2_100 }, (_, n) => sandbox.run(ECHO, n, { time_ms: 30_000 }));
    const ends = await Promise.allSettled(calls);
    const refused = ends.filter((end) => end.status === "rejected");
    expect(refused).toHaveLength(99);
    for (const { reason } of refused) expect(reason.reason).toBe("busy");
  });

  test("lets callers go before benchmarks", async () => {
    const sandbox = testSandbox(1);
    const order: string[] = [];
    const call = (name: string, priority: "interactive" | "batch") =>
      sandbox.run(ECHO, name, { time_ms: 30_000, priority }).then(() => order.push(name));
    await Promise.all([call("first", "batch"), call("trial", "batch"), call("caller", "interactive")]);
    expect(order).toEqual(["first", "caller", "trial"]);
  });

  test("tells apart the plugins that a worker forgets", async () => {
    const sandbox = testSandbox(1);
    const plugins = Array.from({ length: 20 }, (_, n) =>
      jsPlugin(`export const execute = () => ${n};`, { pure: n % 2 === 0 }),
    );
    for (const _round of [1, 2]) {
      const answers = await Promise.all(
        plugins.map((plugin) => sandbox.run(plugin, {}, { time_ms: 30_000 })),
      );
      expect(answers.map(({ output }) => output)).toEqual(plugins.map((_, n) => n));
    }
  });
});
