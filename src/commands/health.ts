import { get } from "node:http";
import { configFromEnvironment } from "../config/index.ts";
import { type Command, print, readArguments } from "./command.ts";

const USAGE = "health";
const PATIENCE_MS = 2_000;
/** Addresses to listen on that are none to call. */
const EVERYWHERE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** By `node:http`: `fetch` hands even a call of this machine to HTTP_PROXY. */
function statusAt(hostname: string, port: number): Promise<number> {
  const host = EVERYWHERE[hostname] ?? hostname;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const request = get({ host, port, path: "/health", signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
  });
}

/** For the health check of a container, which has no other program to ask with. */
export const health: Command = {
  name: "health",
  usage: USAGE,
  summary: "Ask the server at BIND_ADDRESS whether it is alive; the exit code is the answer.",
  async run(argv) {
    readArguments({ options: {} }, argv, USAGE);
    const { hostname, port } = configFromEnvironment().bind_address;
    try {
      const status = await statusAt(hostname, port);
      print(status === 200 ? "healthy" : `The server answered ${status}.`);
      return status === 200 ? 0 : 1;
    } catch (error) {
      print(`There is no answer at ${hostname}:${port}: ${(error as Error).message}`);
      return 1;
    }
  },
};
