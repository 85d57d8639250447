import { configFromEnvironment, unusedSettings } from "../config/index.ts";
import { redacted } from "../config/redacted.ts";
import type { Server } from "../server.ts";
import { type Command, print, readArguments } from "./command.ts";

const USAGE = "serve";

/** What a person who started the server wants to know first; in production that is the log's business. */
function greet({ url, first_admin, config }: Server): void {
  if (config.node_env === "production") return;
  const swagger = config.enable_swagger ? `\n  Swagger UI  ${url}/swagger-ui` : "";
  const graphql = config.enable_graphql ? `\n  GraphiQL    ${url}/graphql` : "";
  print(`\nLLM Test Bench ${url}${swagger}${graphql}\n  Data        ${config.data_dir}\n`);
  if (first_admin?.password) {
    print(
      `The first admin was created. This is shown once:\n  username  ${first_admin.username}\n  password  ${first_admin.password}\n`,
    );
  }
}

/** Resolves when the process is told to end; a second signal ends it at once. */
export function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    let told = false;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (told) process.exit(1);
        told = true;
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
    const told = untilSignal();
    const { createServer } = await import("../server.ts");
    const server = await createServer(config);
    const { log, migration_copy } = server;
    log.info({ config: redacted(config) }, "starting");
    for (const variable of unusedSettings(config))
      log.warn(`${variable} is set, but this version does nothing with it`);
    if (migration_copy)
      log.info({ copy: migration_copy }, "migrated the database; the copy is as it was before");
    await server.start();
    log.info({ url: server.url }, "listening");
    greet(server);
    log.info({ signal: await told }, "stopping");
    await server.stop();
    return 0;
  },
};
