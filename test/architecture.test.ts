import { describe, expect, test } from "bun:test";
import { dirname, join } from "node:path";
import {
  allImports,
  findCircles,
  importsOf,
  runtimeImportsOf,
  type Sources,
  withoutComments,
} from "./support/imports.ts";

const SRC = join(import.meta.dir, "..", "src");
const LINES_MAX = 250;
const FILES_MAX = 20;

/** Who may import whom: each only what stands in later rows. What shares a row does not know its neighbours. */
const LAYERS: readonly (readonly string[])[] = [
  ["main"],
  ["commands"],
  ["server"],
  ["api"],
  ["services"],
  ["providers", "metrics", "datasets", "plugins", "store"],
  ["events", "telemetry", "statistics"],
  ["domain"],
  ["base"],
];
/** Read where the parts are put together; passed down as values. */
const READS_CONFIG = ["main", "commands", "server", "api"];

async function readSources(): Promise<Sources> {
  const sources = new Map<string, string>();
  for await (const path of new Bun.Glob("**/*.{ts,tsx}").scan(SRC)) {
    sources.set(path, await Bun.file(join(SRC, path)).text());
  }
  return sources;
}

/** A file of one module by itself, or the folder of a module. */
const moduleOf = (path: string): string => (path.split("/")[0] ?? path).replace(/\.tsx?$/, "");
const layerOf = (module: string): number => LAYERS.findIndex((layer) => layer.includes(module));
const sources = await readSources();
const isOurs = (path: string): boolean => /\.tsx?$/.test(path) && !path.startsWith("..");

/** Every rule answers the offences that it finds. */
const rules = {
  direction: (files: Sources): string[] =>
    allImports(files)
      .filter(({ to }) => isOurs(to))
      .filter(({ from, to }) => {
        const [above, below] = [moduleOf(from), moduleOf(to)];
        if (above === below) return false;
        if (below === "config") return !READS_CONFIG.includes(above);
        if (above === "config") return !["domain", "base"].includes(below);
        return layerOf(above) === -1 || layerOf(below) <= layerOf(above);
      })
      .map(({ from, to }) => `${from} → ${to}`),
  circles: findCircles,
  environment: (files: Sources): string[] =>
    [...files]
      .filter(([path]) => !path.startsWith("config/"))
      .filter(([, text]) =>
        /\b(?:process|Bun|import\.meta)\s*\.\s*env\b|\benv\b[^=;]*=\s*process\b/.test(withoutComments(text)),
      )
      .map(([path]) => path),
  elysia: (files: Sources): string[] =>
    allImports(files)
      .filter(({ from, to, names }) => {
        if (moduleOf(from) === "api") return false;
        if (/^(?:@elysiajs\/|elysia-|elysia\/)/.test(to)) return true;
        const isBuilder = names.length > 0 && names.every((name) => name === "t" || name === "Static");
        return to === "elysia" && !(isBuilder && ["domain", "events"].includes(moduleOf(from)));
      })
      .map(({ from, to }) => `${from} → ${to}`),
  yoga: (files: Sources): string[] =>
    outside(
      files,
      /^(?:graphql-yoga|graphql|@graphql-yoga\/(?!render-graphiql)|@escape\.tech\/graphql)/,
      (from) => from.startsWith("api/graphql/"),
    ),
  vendors: (files: Sources): string[] =>
    outside(files, /^@ai-sdk\//, (from) => from.startsWith("providers/")),
  database: (files: Sources): string[] =>
    outside(files, /^(?:@libsql\/|libsql|drizzle-orm|bun:sqlite)/, (from) => from.startsWith("store/")),
  "files of a folder": (files: Sources): string[] => {
    const counts = new Map<string, number>();
    for (const path of files.keys()) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    return [...counts]
      .filter(([, count]) => count > FILES_MAX)
      .map(([folder, count]) => `${folder}: ${count} files`);
  },
  length: (files: Sources): string[] =>
    [...files]
      .map(([path, text]) => ({ path, lines: text.trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > LINES_MAX)
      .map(({ path, lines }) => `${path}: ${lines} lines`),
};

function outside(files: Sources, packages: RegExp, allowed: (from: string) => boolean): string[] {
  return allImports(files)
    .filter(({ from, to }) => packages.test(to) && !allowed(from))
    .map(({ from, to }) => `${from} → ${to}`);
}

const one = (path: string, text: string): Sources => new Map([[path, text]]);

describe("the sources keep to the rule of", () => {
  test.each(Object.entries(rules))("%s", (_name, rule) => {
    expect(rule(sources)).toEqual([]);
  });

  test("known modules: every folder and file of src has its place among the layers", () => {
    const known = [...LAYERS.flat(), "config"];
    expect([...new Set([...sources.keys()].map(moduleOf))].filter((name) => !known.includes(name))).toEqual(
      [],
    );
    expect(sources.size).toBeGreaterThan(100);
  });

  test("files of a folder, in the tests too", async () => {
    const paths = await Array.fromAsync(new Bun.Glob("**/*").scan(import.meta.dir));
    expect(paths.length).toBeGreaterThan(100);
    expect(rules["files of a folder"](new Map(paths.map((path) => [path, ""])))).toEqual([]);
  });
});

describe("the reading of imports", () => {
  test("finds all that the transpiler finds, in every file", () => {
    for (const [path, text] of sources) {
      const found = new Set(importsOf(path, text).map(({ to }) => to));
      expect([path, runtimeImportsOf(path, text).filter((to) => !found.has(to))]).toEqual([path, []]);
    }
  });

  test("finds imports of types too, and none in comments", () => {
    const text = `
      // import { no } from "./comment.ts";
      /** import { no } from "./doc.ts"; */
      import type { A } from "./a.ts";
      import { type B, c } from "../b.ts";
      import d from "x" with { type: "json" };
      export { e } from "./e.ts";
      export type * from './f.ts';
      import "./g.ts";
      const url = "http://example.org"; const h = await import("./h.ts");
      type I = import("./i.ts").I;`;
    const found = importsOf("store/here.ts", text).map(({ to }) => to);
    expect(new Set(found)).toEqual(
      new Set([
        "store/a.ts",
        "b.ts",
        "x",
        "store/e.ts",
        "store/f.ts",
        "store/g.ts",
        "store/h.ts",
        "store/i.ts",
      ]),
    );
    expect(importsOf("a.ts", text).find(({ to }) => to === "../b.ts")?.names).toEqual(["B", "c"]);
  });
});

describe("each rule can fail:", () => {
  const offences: [keyof typeof rules, string, Sources, string[]][] = [
    [
      "direction",
      "a store that knows a service",
      one("store/users.ts", 'import type { Users } from "../services/users.ts";'),
      ["store/users.ts → services/users.ts"],
    ],
    [
      "direction",
      "a metric that knows a provider",
      one("metrics/judge.ts", 'import { openai } from "../providers/openai.ts";'),
      ["metrics/judge.ts → providers/openai.ts"],
    ],
    [
      "direction",
      "telemetry that knows the events beside it",
      one("telemetry/log.ts", 'export * from "../events.ts";'),
      ["telemetry/log.ts → events.ts"],
    ],
    [
      "direction",
      "a service that reads the configuration",
      one("services/users.ts", 'import type { Config } from "../config/index.ts";'),
      ["services/users.ts → config/index.ts"],
    ],
    [
      "direction",
      "a configuration that knows the store",
      one("config/index.ts", 'const { openStore } = await import("../store/index.ts");'),
      ["config/index.ts → store/index.ts"],
    ],
    [
      "direction",
      "a module with no place",
      one("helpers/text.ts", 'import { now } from "../base/time.ts";'),
      ["helpers/text.ts → base/time.ts"],
    ],
    [
      "direction",
      "a base that knows a noun",
      one("base/json.ts", 'import type { Dataset } from "../domain/dataset.ts";'),
      ["base/json.ts → domain/dataset.ts"],
    ],
    [
      "circles",
      "two files that import each other, one of them types alone",
      new Map([
        ["domain/a.ts", 'import { b } from "./b.ts"; console.log(b);'],
        ["domain/b.ts", 'import type { A } from "./a.ts";'],
      ]),
      ["domain: domain/a.ts → domain/b.ts, domain/b.ts → domain/a.ts"],
    ],
    [
      "circles",
      "two folders that import each other through different files",
      new Map([
        ["services/plan/a.ts", 'import { c } from "../run/c.ts";'],
        ["services/run/d.ts", 'import { b } from "../plan/b.ts";'],
      ]),
      ["services: services/plan/a.ts → services/run/c.ts, services/run/d.ts → services/plan/b.ts"],
    ],
    [
      "files of a folder",
      "a folder that has grown",
      new Map(Array.from({ length: FILES_MAX + 1 }, (_, index) => [`metrics/m${index}.ts`, ""])),
      [`metrics: ${FILES_MAX + 1} files`],
    ],
    [
      "environment",
      "a reader of process.env",
      one("server.ts", "const home = process.env.HOME;"),
      ["server.ts"],
    ],
    ["environment", "a reader of Bun.env", one("api/app.ts", "const { HOME } = Bun.env;"), ["api/app.ts"]],
    [
      "environment",
      "a taker of env out of process",
      one("store/open.ts", "const { env } = process;"),
      ["store/open.ts"],
    ],
    [
      "elysia",
      "a service that knows Elysia",
      one("services/users.ts", 'import { Elysia } from "elysia";'),
      ["services/users.ts → elysia"],
    ],
    [
      "elysia",
      "a service with a schema of its own",
      one("services/users.ts", 'import { t } from "elysia";'),
      ["services/users.ts → elysia"],
    ],
    [
      "elysia",
      "a vocabulary with more than the schema builder",
      one("domain/user.ts", 'import { status, t } from "elysia";'),
      ["domain/user.ts → elysia"],
    ],
    [
      "elysia",
      "a server that puts a plugin in",
      one("server.ts", 'import { cors } from "@elysiajs/cors";'),
      ["server.ts → @elysiajs/cors"],
    ],
    [
      "yoga",
      "REST that knows Yoga",
      one("api/rest/users.ts", 'import { createYoga } from "graphql-yoga";'),
      ["api/rest/users.ts → graphql-yoga"],
    ],
    [
      "vendors",
      "a service that calls a vendor",
      one("services/model-calls/index.ts", 'await import("@ai-sdk/openai");'),
      ["services/model-calls/index.ts → @ai-sdk/openai"],
    ],
    [
      "database",
      "a service that builds queries",
      one("services/users.ts", 'import { eq } from "drizzle-orm";'),
      ["services/users.ts → drizzle-orm"],
    ],
    [
      "database",
      "a second way to the file",
      one("commands/backup.ts", 'import { Database } from "bun:sqlite";'),
      ["commands/backup.ts → bun:sqlite"],
    ],
    [
      "length",
      "a file that has grown",
      one("store/everything.ts", `${"line\n".repeat(LINES_MAX + 1)}`),
      [`store/everything.ts: ${LINES_MAX + 1} lines`],
    ],
  ];
  test.each(offences)("%s: %s", (name, _what, files, found) => {
    expect(rules[name](files)).toEqual(found);
  });

  test("and what is allowed passes", () => {
    const allowed: Sources = new Map([
      [
        "store/open.ts",
        'import { createClient } from "@libsql/client"; import type { EventBus } from "../events.ts";',
      ],
      ["domain/user.ts", 'import { type Static, t } from "elysia";'],
      ["api/graphql/index.ts", 'import { yoga } from "@elysiajs/graphql-yoga"; import "graphql-yoga";'],
      ["services/users.ts", 'import { authorize } from "../domain/permissions.ts"; import "./passwords.ts";'],
      ["config/index.ts", 'import { nearest } from "../base/nearest.ts"; process.env.HOME;'],
      ["providers/openai.ts", 'import { createOpenAI } from "@ai-sdk/openai";'],
    ]);
    for (const rule of Object.values(rules)) expect(rule(allowed)).toEqual([]);
  });
});
