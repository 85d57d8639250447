import { hostAndPort } from "../base/address.ts";
import { configFromEnvironment, unusedSettings } from "../config/index.ts";
import { redacted } from "../config/redacted.ts";
import type { Server } from "../server.ts";
import { type Command, print, readArguments } from "./command.ts";

const USAGE = "serve";

/** Prints the addresses for the person who started the server. In production only the log names them. */
function greet({ url, address, first_admin, config }: Server): void {
  if (config.node_env === "production") return;
  const listens = url === `http://${hostAndPort(address)}` ? "" : ` (listens on ${hostAndPort(address)})`;
  const swagger = config.enable_swagger ? `\n  Swagger UI  ${url}/swagger-ui` : "";
  const graphql = config.enable_graphql ? `\n  GraphiQL    ${url}/graphql` : "";
  print(`\nLLM Test Bench ${url}${listens}${swagger}${graphql}\n  Data        ${config.data_dir}\n`);
  if (first_admin?.password) {
    print(
      `The first admin was created. The password is shown only once:\n  username  ${first_admin.username}\n  password  ${first_admin.password}\n`,
    );
  }
}

/** Resolves with the name of the first SIGTERM or SIGINT. A second signal ends the process at once. */
export function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    let received = false;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (received) process.exit(1);
        received = true;
        resolve(signal);
      });
    }
  });
}

export const serve: Command = {
  name: "serve",
  usage: USAGE,
  summary: "Run the server (the default).",
  async run(argv) {
    readArguments({ options: {} }, argv, USAGE);
    const config = configFromEnvironment();
    const signal = untilSignal();
    const { createServer } = await import("../server.ts");
    const server = await createServer(config);
    const { log, migration_copy } = server;
    log.info({ config: redacted(config) }, "starting");
    for (const variable of unusedSettings(config))
      log.warn(`${variable} is set, but this version ignores it`);
    if (migration_copy) log.info({ copy: migration_copy }, "migrated the database after copying it");
    await server.start();
    log.info({ url: server.url, address: hostAndPort(server.address) }, "listening");
    greet(server);
    log.info({ signal: await signal }, "stopping");
    await server.stop();
    return 0;
  },
};
