import { ACCOUNT_ROLES } from "../domain/account.ts";
import { type Command, print, readArguments, UsageError } from "./command.ts";
import { asOperator } from "./operator.ts";

const USAGE = `user create NAME [--role ${ACCOUNT_ROLES.join("|")}] [--password PASSWORD]`;

async function passwordFrom(option: string | undefined): Promise<string> {
  if (option !== undefined) return option;
  if (process.stdin.isTTY) process.stderr.write("Password: ");
  for await (const line of console) return line;
  throw new UsageError(`Standard input holds no password.\nUsage: ${USAGE}`);
}

export const user: Command = {
  name: "user",
  usage: USAGE,
  summary: "Create an account. Without --password, the password is read from standard input.",
  async run(argv) {
    const options = { role: { type: "string" }, password: { type: "string" } } as const;
    const { values, positionals } = readArguments({ options, allowPositionals: true }, argv, USAGE);
    const [verb, username, ...rest] = positionals;
    if (verb !== "create" || !username || rest.length > 0) throw new UsageError(`Usage: ${USAGE}`);
    const password = await passwordFrom(values.password);
    const role = values.role === undefined ? {} : { role: values.role };
    await asOperator(async (operate) => {
      print(JSON.stringify(await operate("POST", "/v1/users", { username, password, ...role })));
    });
    return 0;
  },
};
