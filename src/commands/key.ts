import { ROLES } from "../domain/permissions.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator } from "./operator.ts";

const USAGE = `key create NAME [--role ${ROLES.join("|")}] | key list | key revoke ID`;

export const key: Command = {
  name: "key",
  usage: USAGE,
  summary: "Create, list and revoke API keys.",
  async run(argv) {
    const options = { role: { type: "string" } } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const [verb, subject] = positionals;
    const role = values.role === undefined ? {} : { role: values.role };
    await asOperator(async (operate) => {
      if (verb === "create" && subject)
        print(JSON.stringify(await operate("POST", "/v1/auth/api-keys", { name: subject, ...role })));
      else if (verb === "list" && !subject)
        print(JSON.stringify(await operate("GET", "/v1/auth/api-keys?page_size=100")));
      else if (verb === "revoke" && subject)
        print(JSON.stringify(await operate("DELETE", `/v1/auth/api-keys/${encodeURIComponent(subject)}`)));
      else throw new UsageError(`Usage: ${USAGE}`);
    });
    return 0;
  },
};
