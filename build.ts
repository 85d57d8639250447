import { renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { BunPlugin } from "bun";

/** libSQL's native part by platform; of Linux the one for glibc, as in the image. */
const ADDONS: Readonly<Record<string, string>> = {
  "linux-x64": "@libsql/linux-x64-gnu",
  "linux-arm64": "@libsql/linux-arm64-gnu",
  "darwin-x64": "@libsql/darwin-x64",
  "darwin-arm64": "@libsql/darwin-arm64",
  "win32-x64": "@libsql/win32-x64-msvc",
};

const DYNAMIC_REQUIRE = /require\(`@libsql\/\$\{target\}`\)/;

/** The bundler carries an addon only if its name stands in the source (oven-sh/bun#18909). */
const embeddedAddon: BunPlugin = {
  name: "embedded-addon",
  setup({ onLoad }) {
    const platform = `${process.platform}-${process.arch}`;
    const addon = ADDONS[platform];
    if (!addon) throw new Error(`libSQL has no addon for ${platform}.`);
    onLoad({ filter: /[\\/]node_modules[\\/]libsql[\\/]index\.js$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      if (!DYNAMIC_REQUIRE.test(source)) throw new Error(`${path} has no ${DYNAMIC_REQUIRE} any more.`);
      return { contents: source.replace(DYNAMIC_REQUIRE, `require("${addon}")`), loader: "js" };
    });
  },
};

/**
 * Makes one executable for this platform that needs no file beside it. Bytecode halves the time to the first
 * answer, splitting leaves what is imported late unread till then, and the source maps, which are read only where
 * an error is printed, make its stack one of this source.
 */
export async function buildBinary(outfile: string): Promise<void> {
  // The maps are written beside the executable as well as into it.
  const workshop = `${outfile}.parts`;
  const made = join(workshop, basename(outfile));
  await Bun.build({
    entrypoints: [join(import.meta.dir, "src/main.ts")],
    // A bunfig.toml where the program is started is meant for another.
    compile: { outfile: made, autoloadBunfig: false },
    format: "esm",
    splitting: true,
    minify: true,
    bytecode: true,
    sourcemap: "inline",
    plugins: [embeddedAddon],
  });
  renameSync(made, outfile);
  rmSync(workshop, { recursive: true });
}

if (import.meta.main) {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const outfile = join(import.meta.dir, `dist/llm-test-bench${suffix}`);
  await buildBinary(outfile);
  console.log(`${outfile} (${Math.round(statSync(outfile).size / 1e6)} MB)`);
}
