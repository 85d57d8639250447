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

const isOurs = (path: string): boolean => /\.tsx?$/.test(path) && !path.startsWith("..");

/**
 * The imports within each folder, from one of its entries (a file or a folder) to another: an import of a file deep
 * inside `a/` from a file deep inside `b/` is one from `b` to `a` in the folder that holds both.
 */
function entryGraphs(sources: Sources): Map<string, Map<string, Map<string, string>>> {
  const graphs = new Map<string, Map<string, Map<string, string>>>();
  for (const { from, to } of allImports(sources)) {
    if (!isOurs(to)) continue;
    const [above, below] = [from.split("/"), to.split("/")];
    let depth = 0;
    while (depth < Math.min(above.length, below.length) - 1 && above[depth] === below[depth]) depth++;
    const [importer, imported] = [above[depth]!, below[depth]!];
    if (importer === imported) continue;
    const folder = above.slice(0, depth).join("/");
    const graph = graphs.get(folder) ?? new Map<string, Map<string, string>>();
    graphs.set(folder, graph);
    const targets = graph.get(importer) ?? new Map<string, string>();
    graph.set(importer, targets);
    if (!targets.has(imported)) targets.set(imported, `${from} → ${to}`);
  }
  return graphs;
}

/** The first circle in a graph, as the nodes along it; null if there is none. */
function circleIn(graph: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] | null {
  const done = new Set<string>();
  function visit(node: string, trail: string[]): string[] | null {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node)?.keys() ?? []) {
      const circle = visit(next, [...trail, node]);
      if (circle) return circle;
    }
    done.add(node);
    return null;
  }
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return null;
}

/**
 * The circles of imports between the files and folders of every folder, imports of types included: for each folder
 * that has one, the imports that make it.
 */
export function findCircles(sources: Sources): string[] {
  return [...entryGraphs(sources)].flatMap(([folder, graph]) => {
    const circle = circleIn(graph);
    if (!circle) return [];
    const steps = circle.slice(1).map((node, index) => graph.get(circle[index]!)!.get(node)!);
    return [`${folder || "src"}: ${steps.join(", ")}`];
  });
}

export { code as withoutComments };
