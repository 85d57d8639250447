import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { PARTS } from "./parts.ts";
import { CannotRun, type Part } from "./support/part.ts";
import { runParts } from "./support/run-parts.ts";

const partOf = (name: string, run: Part["run"] = async () => ({ calls: 7 })): Part => ({
  name,
  description: `Tries ${name}`,
  run,
});

/** The exit code and everything that was written. */
async function outcomeOf(parts: readonly Part[], ...given: string[]): Promise<[code: number, text: string]> {
  const lines: string[] = [];
  const code = await runParts(parts, given, (line) => lines.push(line));
  return [code, lines.join("\n")];
}

describe("the long tests", () => {
  test("are the files beside this one, each by the name of its file", () => {
    const others = ["main.ts", "parts.ts", "parts.test.ts"];
    const files = readdirSync(import.meta.dir).filter(
      (file) => file.endsWith(".ts") && !others.includes(file),
    );
    expect(PARTS.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
  });

  test("are listed with a line each, and none is run", async () => {
    const [code, text] = await outcomeOf(PARTS, "--list");
    expect(code).toBe(0);
    expect(text.split("\n")).toHaveLength(PARTS.length);
    for (const { name, description } of PARTS) {
      expect(text).toMatch(new RegExp(`^${name} +\\S`, "m"));
      expect(description).not.toContain("\n");
    }
  });
});

describe("a run", () => {
  test("is of all parts, or of those that are named, and prints their figures", async () => {
    const parts = [partOf("one"), partOf("two")];
    const [code, all] = await outcomeOf(parts);
    expect(code).toBe(0);
    expect(all).toMatch(/^one: running\n.*calls: 7.*\none: passed after [\d.]+ s\ntwo: running/s);
    const [, named] = await outcomeOf(parts, "two");
    expect(named).not.toContain("one");
    expect(named).toContain("two: passed");
  });

  test("ends with 1 if a part failed, after the others", async () => {
    const failing = partOf("one", async () => {
      throw new Error("a socket was left");
    });
    const [code, text] = await outcomeOf([failing, partOf("two")]);
    expect(code).toBe(1);
    expect(text).toContain("a socket was left");
    expect(text).toContain("two: passed");
    expect(text).toEndWith("Failed: one");
  });

  test("says why a part could not run here, which is no failure", async () => {
    const skipped = partOf("one", async () => {
      throw new CannotRun("there is no python3 on the PATH");
    });
    expect(await outcomeOf([skipped])).toEqual([
      0,
      "one: running\none: skipped: there is no python3 on the PATH",
    ]);
  });

  test("of an unknown name runs nothing, names the parts and ends with 2", async () => {
    const [code, text] = await outcomeOf([partOf("one")], "one", "tow");
    expect(code).toBe(2);
    expect(text).toStartWith("No such part: tow. Usage: bun run test:long [--list] [part ...]");
    expect(text).toContain("one  Tries one");
    expect(text).not.toContain("running");
  });
});
