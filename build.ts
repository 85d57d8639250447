import { renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { BunPlugin } from "bun";

/** libSQL's native addon by platform. On Linux it is the one for glibc, which the image has too. */
const ADDONS: Readonly<Record<string, string>> = {
  "linux-x64": "@libsql/linux-x64-gnu",
  "linux-arm64": "@libsql/linux-arm64-gnu",
  "darwin-x64": "@libsql/darwin-x64",
  "darwin-arm64": "@libsql/darwin-arm64",
  "win32-x64": "@libsql/win32-x64-msvc",
};

const DYNAMIC_REQUIRE = /require\(`@libsql\/\$\{target\}`\)/;

/** Writes the addon's name into the source: the bundler includes only literal imports (oven-sh/bun#18909). */
const embeddedAddon: BunPlugin = {
  name: "embedded-addon",
  setup({ onLoad }) {
    const platform = `${process.platform}-${process.arch}`;
    const addon = ADDONS[platform];
    if (!addon)
      throw new Error(`libSQL has no addon for ${platform}. Accepted: ${Object.keys(ADDONS).join(", ")}.`);
    onLoad({ filter: /[\\/]node_modules[\\/]libsql[\\/]index\.js$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      if (!DYNAMIC_REQUIRE.test(source))
        throw new Error(
          `${path} no longer matches ${DYNAMIC_REQUIRE}: adapt build.ts to this version of libSQL.`,
        );
      return { contents: source.replace(DYNAMIC_REQUIRE, `require("${addon}")`), loader: "js" };
    });
  },
};

/**
 * Builds one executable for this platform that needs no other file. Bytecode halves the time to the first answer.
 * Splitting delays the reading of modules that are imported on demand. Source maps make stack traces name this source;
 * they are read only when an error is printed.
 */
export async function buildBinary(outfile: string): Promise<void> {
  // Bun also writes the source maps beside the executable: a temporary folder receives them.
  const temporary = `${outfile}.parts`;
  const executable = join(temporary, basename(outfile));
  await Bun.build({
    entrypoints: [join(import.meta.dir, "src/main.ts")],
    // A bunfig.toml in the working directory belongs to another project.
    compile: { outfile: executable, autoloadBunfig: false },
    format: "esm",
    splitting: true,
    minify: true,
    bytecode: true,
    sourcemap: "inline",
    plugins: [embeddedAddon],
  });
  renameSync(executable, outfile);
  rmSync(temporary, { recursive: true });
}

if (import.meta.main) {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const outfile = join(import.meta.dir, `dist/llm-test-bench${suffix}`);
  await buildBinary(outfile);
  console.log(`${outfile} (${Math.round(statSync(outfile).size / 1e6)} MB)`);
}
