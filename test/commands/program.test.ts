import { expect, test } from "bun:test";
import { programCommands } from "../../src/commands/program.ts";

test.each([
  ["/usr/local/bin/bun", "bun start", "bun src/main.ts"],
  ["/home/ada/.npm/_npx/1f/node_modules/bun/bin/bun.exe", "npx -y bun start", "npx -y bun src/main.ts"],
  ["C:\\npm-cache\\_npx\\1f\\node_modules\\bun\\bin\\bun.exe", "npx -y bun start", "npx -y bun src/main.ts"],
  ["/opt/llm-test-bench", "/opt/llm-test-bench", "/opt/llm-test-bench"],
  ["/opt/my tools/bench", "'/opt/my tools/bench'", "'/opt/my tools/bench'"],
])("%s is called as `%s`", (path, start, program) => {
  expect(programCommands(path)).toEqual({ start, program });
});
