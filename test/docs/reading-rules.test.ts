import { expect, test } from "bun:test";
import { READING_RULES } from "../../src/domain/answers/rules.ts";

test("the page about answers lists the reading rules in their order", async () => {
  const page = await Bun.file(new URL("../../docs/concepts/answers.md", import.meta.url)).text();
  const [, section = ""] = page.split("\n## The rules\n");
  const [table = ""] = section.split("\n## ");
  const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(named).toEqual(["read_by", ...Object.keys(READING_RULES), "protocol"]);
});
