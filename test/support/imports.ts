import { dirname, join, normalize } from "node:path";

/** One file's text by its path under src, such as `store/open.ts`. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  from: string;
  /** A path under src, or the name of a package. */
  to: string;
  /** Between the braces of an import or export statement; empty for any other form. */
  names: readonly string[];
}

const FROM = /\b(?:import|export)\b([^;"'`]*?)\bfrom\s*["']([^"']+)["']/g;
const CALL = /\bimport\s*\(\s*["']([^"']+)["']/g;
const BARE = /\bimport\s+["']([^"']+)["']/g;

const transpiler = new Bun.Transpiler({ loader: "ts" });

/** The text without its comments, in which anything may stand. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<![:"'`\\])\/\/[^\n]*/g, "");

function resolved(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return normalize(join(dirname(from), specifier));
}

const namesIn = (clause: string): string[] =>
  (clause.match(/\{([^}]*)\}/)?.[1] ?? "")
    .split(",")
    .map((name) =>
      name
        .trim()
        .replace(/^type\s+/, "")
        .replace(/\s+as\s+.*$/, ""),
    )
    .filter((name) => name !== "");

/** Every import of a file, those of types alone too. */
export function importsOf(from: string, text: string): Import[] {
  const plain = code(text);
  const statements = [...plain.matchAll(FROM)].map(([, clause = "", specifier = ""]) => ({
    from,
    to: resolved(from, specifier),
    names: namesIn(clause),
  }));
  const others = [CALL, BARE].flatMap((form) =>
    [...plain.matchAll(form)].map(([, specifier = ""]) => ({
      from,
      to: resolved(from, specifier),
      names: [],
    })),
  );
  return [...statements, ...others];
}

/** What a file loads when it runs, by the transpiler's own reading. */
export const runtimeImportsOf = (from: string, text: string): string[] =>
  transpiler.scanImports(text.replace(/^#!.*/, "")).map(({ path }) => resolved(from, path));

export const allImports = (sources: Sources): Import[] =>
  [...sources].flatMap(([path, text]) => importsOf(path, text));

/** The first cycle of runtime imports, as the paths along it; null if there is none. */
export function findCycle(sources: Sources): string[] | null {
  const done = new Set<string>();
  function visit(path: string, trail: string[]): string[] | null {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    const text = sources.get(path);
    if (text === undefined || done.has(path)) return null;
    for (const next of runtimeImportsOf(path, text)) {
      const cycle = visit(next, [...trail, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return null;
  }
  for (const path of sources.keys()) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return null;
}

export { code as withoutComments };
