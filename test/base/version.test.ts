import { expect, test } from "bun:test";
import { VERSION } from "../../src/base/version.ts";
import { ROOT } from "../support/paths.ts";

test("the version is package.json's", async () => {
  const { version } = await Bun.file(`${ROOT}/package.json`).json();
  expect(VERSION).toBe(version);
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
});
