import { describe, expect, test } from "bun:test";
import { createProgress, table } from "../../src/commands/terminal.ts";

function output(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

describe("table", () => {
  test("makes each column as wide as its widest cell, and aligns the cells", () => {
    const columns = [{ title: "run" }, { title: "accuracy", align: "right" }] as const;
    const rows = [
      ["baseline/random", "0.25"],
      ["mock", "1.000"],
    ];
    expect(table(columns, rows)).toBe(
      [
        "run              accuracy",
        "───────────────  ────────",
        "baseline/random      0.25",
        "mock                1.000",
      ].join("\n"),
    );
  });

  test("counts a wide character as two places", () => {
    expect(table([{ title: "名前" }, { title: "n" }], [["x", "1"]]).split("\n")).toEqual([
      "名前  n",
      "────  ─",
      "x     1",
    ]);
  });

  test("a missing cell is empty, and a table without rows is its titles", () => {
    expect(table([{ title: "a" }, { title: "b" }], [["1"]])).toBe("a  b\n─  ─\n1");
    expect(table([{ title: "a" }], [])).toBe("a\n─");
  });
});

describe("progress", () => {
  test("redraws one line on a terminal", () => {
    const out = output(true);
    const progress = createProgress("work", out);
    for (const share of [0, 0.5, 1]) progress.show(share);
    progress.end();
    expect(out.written).toEqual([
      `\rwork  ${"░".repeat(30)}   0 %`,
      `\rwork  ${"█".repeat(15)}${"░".repeat(15)}  50 %`,
      `\rwork  ${"█".repeat(30)} 100 %`,
      "\n",
    ]);
  });

  test("prints one line per quarter elsewhere", () => {
    const out = output(false);
    const progress = createProgress("work", out);
    for (let hundredths = 0; hundredths <= 100; hundredths++) progress.show(hundredths / 100);
    progress.end();
    expect(out.written).toEqual([
      "work   0 %\n",
      "work  25 %\n",
      "work  50 %\n",
      "work  75 %\n",
      "work 100 %\n",
    ]);
  });

  test("rounds down: 99.9 % does not print as 100 %", () => {
    const out = output(false);
    createProgress("work", out).show(0.9999);
    expect(out.written).toEqual(["work  99 %\n"]);
  });
});
