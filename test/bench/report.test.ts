import { expect, test } from "bun:test";
import { report } from "./report.ts";

const round = (per_second: number, cpu_share: number | null = 1) => ({
  per_second,
  cpu_share,
  p50_ms: null,
  p99_ms: null,
});

test("the ratio is that of the medians, and its spread that of the rounds", () => {
  const comparison = {
    ours: [round(30), round(50), round(40)],
    bare: [round(100), round(100), round(400)],
  };
  const [, , line = ""] = report([{ name: "GET /x", target: 0.4, comparison }]).split("\n");
  expect(line.split(/ {2,}/)).toEqual([
    "GET /x",
    "0.40",
    "0.10–0.50",
    "0.40",
    "0.4 met",
    "40",
    "100 %",
    "100",
    "100 %",
  ]);
});

test("by CPU time it does not matter how much of a core either got", () => {
  const comparison = { ours: [round(1_000, 0.5)], bare: [round(8_000, 1)] };
  const [, , line = ""] = report([{ name: "GET /x", target: 0.2, comparison }]).split("\n");
  expect(line.split(/ {2,}/)).toEqual([
    ...["GET /x", "0.13", "0.13–0.13", "0.25", "0.2 missed"],
    ...["1,000", "50 %", "8,000", "100 %"],
  ]);
});

test("where the system tells no CPU time, the figure is a dash", () => {
  const comparison = { ours: [round(1, null)], bare: [round(2, null)] };
  const [, , line = ""] = report([{ name: "GET /x", target: 0.5, comparison }]).split("\n");
  expect(line.split(/ {2,}/)).toEqual(["GET /x", "0.50", "0.50–0.50", "–", "0.5 met", "1", "–", "2", "–"]);
});
