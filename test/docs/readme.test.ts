import { expect, test } from "bun:test";
import { readPage } from "../support/pages.ts";

const README_BYTES_MAX = 9 * 1024;
const readme = readPage("README.md");

test("the README is short", () => {
  expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(README_BYTES_MAX);
});

test("the README has the two commands that set the project up", () => {
  expect(readme).toContain("\nnpx -y bun start ");
  expect(readme).toContain("\nnpx -y bun run test ");
});

test("the README says in its first ten lines for whom it is, and why it exists", () => {
  const beginning = readme.split("\n").slice(0, 10).join("\n");
  for (const words of ["For whom", "Why it exists", "Vendor-neutral", "One file, no services"])
    expect(beginning).toContain(words);
});
