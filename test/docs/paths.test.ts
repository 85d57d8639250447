import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { markdownFiles, readPage } from "../support/pages.ts";
import { ROOT } from "../support/paths.ts";

/** A path from the project's root in a code span, such as `src/base/fault.ts`; one with a placeholder is left out. */
const PATH = /`((?:src|test|docs|examples)\/[\w./-]+)`/g;
/** Paths that a page uses as an example. */
const EXAMPLES = new Set(["src/a/b.ts", "test/a/b.test.ts"]);

const pathsOf = (page: string): string[] =>
  [...readPage(page).matchAll(PATH)].map(([, path = ""]) => path).filter((path) => !EXAMPLES.has(path));

test("every file and folder that a page names exists", () => {
  const pages = markdownFiles().filter((page) => page !== "CHANGELOG.md");
  const missing = pages.flatMap((page) =>
    pathsOf(page)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(missing).toEqual([]);
  expect(pathsOf("CONTRIBUTING.md").length).toBeGreaterThan(30);
});
