import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DocumentServer, startDocumentServer } from "../support/document.ts";
import { type Block, blocksOf, markdownFiles, readPage } from "../support/pages.ts";
import { MAIN } from "../support/paths.ts";
import { ADMIN } from "../support/server/index.ts";
import { tempDirs } from "../support/temp-dir.ts";

/**
 * Every shell block of the README, the start page, the guides and the concepts is run by bash, those of a page one after the other in one
 * shell, against a server whose models answer at once. A block `output` that follows is what it prints; `…` in it
 * stands for anything. A block whose fence says `no-run: <reason>` is left out.
 */
const PAGES = markdownFiles().filter((path) =>
  /^README\.md$|^docs\/(?:start\.md$|guides\/|concepts\/)/.test(path),
);
const LANGUAGES = ["sh", "json", "output", "text", "yaml", "ini", "nginx", "js", "ts", "python", "csv"];
/** The address and the password of the pages, in whose place the test server's stand. */
const ADDRESS = "http://127.0.0.1:3000";
const PASSWORD = "xpE4yE1FsP9gZul8";

const missing = ["bash", "curl", "jq"].filter((tool) => Bun.which(tool) === null);
const PAGE_MS = 60_000;

const isRun = ({ language, note }: Block): boolean => language === "sh" && !note.startsWith("no-run: ");

interface Step {
  block: Block;
  /** What the page says that it prints, if it does. */
  output?: string;
}

function stepsOf(path: string): Step[] {
  const blocks = blocksOf(readPage(path));
  return blocks.flatMap((block, index) => {
    if (!isRun(block)) return [];
    const next = blocks[index + 1];
    return [next?.language === "output" ? { block, output: next.text } : { block }];
  });
}

const MARK = "-- end of block --";
const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
const patternOf = (output: string): RegExp =>
  new RegExp(`^${oneLine(output).split("…").map(RegExp.escape).join(".*")}$`);

const tempDir = tempDirs();
let server: DocumentServer;
let programs: string;
beforeAll(async () => {
  server = await startDocumentServer();
  programs = join(tempDir(), "bin");
  mkdirSync(programs);
  const program = join(programs, "llm-test-bench");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => server.stop());

async function run(steps: readonly Step[]): Promise<{ code: number; outputs: string[]; errors: string }> {
  const script = steps.map(({ block }) => `${block.text}\necho '${MARK}'\n`).join("");
  const child = Bun.spawn(
    [
      "bash",
      "-euo",
      "pipefail",
      "-c",
      script.replaceAll(ADDRESS, server.url).replaceAll(PASSWORD, ADMIN.password),
    ],
    {
      cwd: tempDir(),
      env: {
        PATH: `${programs}:${process.env.PATH}`,
        HOME: tempDir(),
        DATA_DIR: server.server.config.data_dir,
        URL: server.url,
        TOKEN: server.token,
        KEY: server.token,
      },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  const [printed, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, outputs: printed.split(`${MARK}\n`), errors };
}

describe.skipIf(missing.length > 0)("the shell blocks of", () => {
  test.each(PAGES)(
    "%s do what the page says",
    async (path) => {
      const steps = stepsOf(path);
      const { code, outputs, errors } = await run(steps);
      const at = steps[Math.min(outputs.length - 1, steps.length - 1)]?.block.line;
      expect({ code, errors, at, last: outputs.at(-1) }).toMatchObject({ code: 0 });
      for (const [index, { block, output }] of steps.entries()) {
        if (output === undefined) continue;
        const printed = oneLine(outputs[index] ?? "");
        expect({ line: block.line, printed }).toEqual({
          line: block.line,
          printed: expect.stringMatching(patternOf(output)),
        });
      }
    },
    PAGE_MS,
  );
});

describe("the blocks of", () => {
  test.each(PAGES)("%s are in known languages, and name a reason if they are not run", (path) => {
    for (const { language, note, line } of blocksOf(readPage(path))) {
      expect(LANGUAGES, `line ${line}`).toContain(language);
      expect({ line, note }).toEqual({ line, note: expect.stringMatching(/^(no-run: \w.+)?$/) });
    }
  });

  test.each(PAGES)("%s that are JSON can be read", (path) => {
    for (const { language, text } of blocksOf(readPage(path))) if (language === "json") JSON.parse(text);
  });
});
