import { describe, expect, test } from "bun:test";
import { MAIN } from "../support/paths.ts";
import { startServer } from "../support/server/index.ts";
import { createProcesses } from "../support/server/process.ts";
import { tempDirs } from "../support/temp-dir.ts";

const processes = createProcesses();
const tempDir = tempDirs();

async function check(address: string, env: Record<string, string> = {}) {
  const running = processes.start([MAIN, "health"], {
    env: { DATA_DIR: tempDir(), BIND_ADDRESS: address, ...env },
  });
  return { code: await running.ended(), ...running.output };
}

describe("health", () => {
  test("reaches a server that listens on all addresses, even if a proxy is set", async () => {
    const { url, stop } = await startServer({ bind_address: "0.0.0.0:0" });
    const answer = await check(`0.0.0.0:${new URL(url).port}`, { HTTP_PROXY: "http://127.0.0.1:9" });
    await stop();
    expect(answer).toEqual({ code: 0, stdout: "healthy\n", stderr: "" });
  });

  test("fails if no server listens", async () => {
    const { url, stop } = await startServer();
    await stop();
    const { host } = new URL(url);
    const { code, stdout } = await check(host);
    expect(code).toBe(1);
    expect(stdout).toStartWith(`No answer at http://${host}: `);
  });

  test("fails if another program answers, or accepts the connection without an answer", async () => {
    const stranger = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response("", { status: 404 }),
    });
    const silent = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data: () => undefined } });
    const answers = await Promise.all([check(stranger.url.host), check(`127.0.0.1:${silent.port}`)]);
    await stranger.stop(true);
    silent.stop(true);
    expect(answers.map(({ code }) => code)).toEqual([1, 1]);
    expect(answers[0]?.stdout).toBe("The server answered 404.\n");
    expect(answers[1]?.stdout).toContain("No answer at http:");
  });
});
