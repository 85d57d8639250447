import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../src/base/version.ts";
import { type Command, UsageError } from "../../src/commands/command.ts";
import { dataset } from "../../src/commands/dataset.ts";
import { key } from "../../src/commands/key.ts";
import { openapi } from "../../src/commands/openapi.ts";
import { serve } from "../../src/commands/serve.ts";
import { user } from "../../src/commands/user.ts";
import { createCli } from "../support/server/cli.ts";
import { openDatabaseIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const { run } = createCli();
/** A line of a stack trace. */
const STACK = /^\s+at /m;

describe("help", () => {
  test("names every command, and --help and -h print the same", async () => {
    const all = await Promise.all([["help"], ["--help"], ["-h"]].map((argv) => run(argv)));
    const [{ stdout = "" } = {}] = all;
    for (const { code, ...output } of all)
      expect({ code, ...output }).toEqual({ code: 0, stdout, stderr: "" });
    expect(stdout).toStartWith(`LLM Test Bench ${VERSION}\n`);
    for (const name of [
      "serve",
      "user create NAME",
      "key create NAME",
      "dataset import FILE",
      "backup",
      "openapi",
    ])
      expect(stdout).toInclude(`\n  ${name}`);
  });
});

test("version, --version and -v print only the version", async () => {
  for (const name of ["version", "--version", "-v"])
    expect(await run([name])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
});

describe("an invalid command line", () => {
  const cases: [Command, string[], string][] = [
    [serve, ["now"], "Usage: serve"],
    [serve, ["--port", "3000"], "Usage: serve"],
    [user, [], "Usage: user create NAME"],
    [user, ["remove", "ada"], "Usage: user create NAME"],
    [user, ["create", "ada", "eve"], "Usage: user create NAME"],
    [user, ["create", "ada", "--rolle", "admin"], "Usage: user create NAME"],
    [key, [], "Usage: key create NAME"],
    [key, ["create"], "Usage: key create NAME"],
    [key, ["create", "two", "names"], "Usage: key create NAME"],
    [key, ["revoke"], "Usage: key create NAME"],
    [key, ["list", "all"], "Usage: key create NAME"],
    [dataset, [], "Usage: dataset import FILE"],
    [dataset, ["import", "file.jsonl"], "Usage: dataset import FILE"],
    [dataset, ["import", "--name", "mine"], "Usage: dataset import FILE"],
    [dataset, ["import", "/no/such.jsonl", "--name", "mine"], "No file at /no/such.jsonl."],
    [openapi, ["yaml"], "Usage: openapi"],
  ];
  test.each(
    cases.map(
      ([command, argv, message]) => [`${command.name} ${argv.join(" ")}`, command, argv, message] as const,
    ),
  )("shows the usage: %s", async (_line, command, argv, message) => {
    const failure = await command.run([...argv]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toInclude(message);
  });

  test("has exit code 2, and creates no data", async () => {
    const DATA_DIR = join(tempDir(), "data");
    const lines: [string[], string][] = [
      [["sevre"], "Unknown command 'sevre'.\n\nLLM Test Bench"],
      [["key"], "Usage: key create NAME"],
      [["user", "create", "ada"], "Standard input holds no password.\nUsage: user create NAME"],
    ];
    const ended = await Promise.all(lines.map(([argv]) => run(argv, { DATA_DIR }, "")));
    for (const [index, { code, stdout, stderr }] of ended.entries()) {
      expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(lines[index]?.[1] ?? "")]);
      expect(stderr).not.toMatch(STACK);
    }
    expect(existsSync(DATA_DIR)).toBe(false);
  });
});

describe("a bad setting", () => {
  const cases: [string[], Record<string, string>, string][] = [
    [
      ["serve"],
      { RATE_LIMIT_RPS: "fast" },
      "RATE_LIMIT_RPS must be a whole number from 0 to 1000000. Example: RATE_LIMIT_RPS=100",
    ],
    [["serve"], { NODE_ENV: "production" }, "JWT_SECRET must be set in production."],
    [["key", "list"], { NODE_ENV: "production" }, "JWT_SECRET must be set in production."],
    [["serve"], { DATA_DIR: "/dev/null/data" }, "DATA_DIR can't be used ("],
    [["serve"], { PRICES_FILE: "/no/such.json" }, "PRICES_FILE /no/such.json can't be used: ENOENT"],
    [["openapi"], { DATABASE_URL: "file:/no/such/x.db" }, "The database of DATABASE_URL can't be opened: "],
  ];
  test("stops any command with exit code 1 and its message, without a stack", async () => {
    const ended = await Promise.all(cases.map(([argv, env]) => run(argv, { DATA_DIR: tempDir(), ...env })));
    for (const [index, { code, stdout, stderr }] of ended.entries()) {
      const [argv, , message = ""] = cases[index] ?? [];
      expect({ argv, code, stderr }).toEqual({ argv, code: 1, stderr: expect.stringContaining(message) });
      expect(stderr).toStartWith(message);
      expect(stderr).not.toMatch(STACK);
      expect(stdout).toBe("");
    }
  });
});

test("a database of a newer version is refused with exit code 1 and advice", async () => {
  const DATA_DIR = tempDir();
  await run(["key", "list"], { DATA_DIR });
  const database = await openDatabaseIn(DATA_DIR);
  await database.client.execute(
    "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 99999999999999)",
  );
  await database.close();
  const { code, stderr } = await run(["serve"], { DATA_DIR });
  expect([code, stderr.split("\n")]).toEqual([
    1,
    [
      "The database was written by a newer version of this server. Start that version, or restore a backup.",
      "",
    ],
  ]);
});

test("a file that is not a database is refused with exit code 1, and not overwritten", async () => {
  const DATA_DIR = tempDir();
  const text = "something else that somebody keeps here\n".repeat(500);
  writeFileSync(join(DATA_DIR, "test-bench.db"), text);
  const { code, stderr } = await run(["serve"], { DATA_DIR });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("The database of DATABASE_URL can't be opened: "),
  ]);
  expect(stderr).not.toMatch(STACK);
  expect(await Bun.file(join(DATA_DIR, "test-bench.db")).text()).toBe(text);
});
