import { ROLES } from "../domain/permissions.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator, type Operate } from "./operator.ts";

const USAGE = `key create NAME [--role ${ROLES.join("|")}] | key list | key revoke ID`;

function requestOf([verb, subject, ...rest]: string[], role?: string): Parameters<Operate> {
  if (rest.length === 0 && verb === "create" && subject)
    return ["POST", "/v1/auth/api-keys", { name: subject, ...(role === undefined ? {} : { role }) }];
  if (verb === "list" && !subject) return ["GET", "/v1/auth/api-keys?page_size=100"];
  if (rest.length === 0 && verb === "revoke" && subject)
    return ["DELETE", `/v1/auth/api-keys/${encodeURIComponent(subject)}`];
  throw new UsageError(`Usage: ${USAGE}`);
}

export const key: Command = {
  name: "key",
  usage: USAGE,
  summary: "Create, list and revoke API keys.",
  async run(argv) {
    const options = { role: { type: "string" } } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const request = requestOf(positionals, values.role);
    await asOperator(async (operate) => print(JSON.stringify(await operate(...request))));
    return 0;
  },
};
