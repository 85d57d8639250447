import { get } from "node:http";
import { browserUrl, callableHost } from "../base/address.ts";
import { configFromEnvironment } from "../config/index.ts";
import { type Command, print, readArguments } from "./command.ts";

const USAGE = "health";
const TIMEOUT_MS = 2_000;

/** Returns the HTTP status of `/health`. Uses `node:http`, because `fetch` sends even local calls to HTTP_PROXY. */
function statusAt(hostname: string, port: number): Promise<number> {
  const host = callableHost(hostname);
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = get({ host, port, path: "/health", signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
  });
}

/** The health check of the container image, which has no other program that could call the server. */
export const health: Command = {
  name: "health",
  usage: USAGE,
  summary: "Check whether the server at BIND_ADDRESS answers. Exit code 0 means healthy, 1 means not.",
  async run(argv) {
    readArguments({ options: {} }, argv, USAGE);
    const address = configFromEnvironment().bind_address;
    try {
      const status = await statusAt(address.hostname, address.port);
      print(status === 200 ? "healthy" : `The server answered ${status}.`);
      return status === 200 ? 0 : 1;
    } catch (error) {
      print(`No answer at ${browserUrl(address)}: ${(error as Error).message}`);
      return 1;
    }
  },
};
