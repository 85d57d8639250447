import { COMMANDS } from "../../src/commands/index.ts";
import { code, fence, page } from "./markdown.ts";

/** The forms of a command, one a line: `key create NAME | key list` is two. */
const formsOf = (usage: string, name: string): string =>
  usage
    .split(new RegExp(` \\| (?=${name} )`))
    .map((form) => `llm-test-bench ${form}`)
    .join("\n");

/** `docs/reference/cli.md`. */
export async function cliPage(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return page("Command line", [
    "`llm-test-bench COMMAND`; from source, `npx -y bun src/main.ts COMMAND`. Without a command it runs the server. `help` prints this list, and `version` prints the version.",
    "A command sends a request to the server that runs over `DATA_DIR`, through `DATA_DIR/control.sock`. If no server runs, the command opens the database itself. A command has an admin's rights. The exit code is 0 for success, 1 for a failure, and 2 for a bad command line.",
    ...commands.flatMap(({ name, usage, summary }) => [
      `## ${code(name)}`,
      summary,
      fence("text", formsOf(usage, name)),
    ]),
  ]);
}
