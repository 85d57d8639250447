import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchorOf } from "../../docs/generate/markdown.ts";
import { markdownFiles, proseOf, readPage } from "../support/pages.ts";
import { ROOT } from "../support/paths.ts";

/** Every link of the project's Markdown files leads to a file that exists, and to a heading of it. */
const FILES = markdownFiles();

const withoutCode = (text: string): string => text.replace(/`[^`\n]*`/g, "");

/** The targets of a page's links and pictures that are within the project. */
const targetsOf = (path: string): string[] =>
  [...withoutCode(proseOf(readPage(path))).matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
    .map(([, link, attribute]) => link ?? attribute ?? "")
    .filter((target) => !/^(?:https?|mailto):/.test(target));

/** The anchors of a page, each heading of the same words with a number of its own. */
function anchorsOf(path: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...proseOf(readPage(path)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set(anchors);
}

/** What is wrong with a link of a page; null if nothing is. */
function faultOf(path: string, target: string): string | null {
  const [file = "", anchor] = target.split("#");
  const linked = file === "" ? path : normalize(join(dirname(path), file));
  if (!existsSync(join(ROOT, linked))) return `${path}: there is no ${linked}`;
  if (anchor === undefined || !linked.endsWith(".md")) return null;
  return anchorsOf(linked).has(anchor) ? null : `${path}: ${linked} has no heading for #${anchor}`;
}

describe("the links of", () => {
  test.each(FILES)("%s lead to files and headings that exist", (path) => {
    const faults = targetsOf(path).map((target) => faultOf(path, target));
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });
});

describe("a link", () => {
  const [first = ""] = FILES;
  test("to a file that does not exist is found", () => {
    expect(faultOf(first, "no-such-file.md")).toContain("there is no");
  });

  test("to a heading that does not exist is found", () => {
    expect(faultOf("README.md", "#no-such-heading")).toContain("#no-such-heading");
    expect(faultOf("docs/reference/errors.md", "#errors")).toBeNull();
  });
});

test("every page of docs/ is linked to from another page", () => {
  const linked = new Set(
    FILES.flatMap((path) =>
      targetsOf(path).map((target) => normalize(join(dirname(path), target.split("#")[0] || "."))),
    ),
  );
  expect(FILES.filter((path) => path.startsWith("docs/") && !linked.has(path))).toEqual([]);
});
