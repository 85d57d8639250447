import type { BunPlugin } from "bun";

/** libSQL's native part by platform; of Linux the glibc one, as in the image. */
const ADDONS: Readonly<Record<string, string>> = {
  "linux-x64": "@libsql/linux-x64-gnu",
  "linux-arm64": "@libsql/linux-arm64-gnu",
  "darwin-x64": "@libsql/darwin-x64",
  "darwin-arm64": "@libsql/darwin-arm64",
  "win32-x64": "@libsql/win32-x64-msvc",
};

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of libSQL's source.
const DYNAMIC_REQUIRE = "require(`@libsql/${target}`)";

/** The bundler embeds an addon only if its name stands in the source (oven-sh/bun#18909). */
const embeddedAddon: BunPlugin = {
  name: "embedded-addon",
  setup(build) {
    const platform = `${process.platform}-${process.arch}`;
    const addon = ADDONS[platform];
    if (!addon) throw new Error(`libSQL has no addon for ${platform}.`);
    build.onLoad({ filter: /[\\/]node_modules[\\/]libsql[\\/]index\.js$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      if (!source.includes(DYNAMIC_REQUIRE)) throw new Error(`${path} no longer has ${DYNAMIC_REQUIRE}.`);
      return { contents: source.replace(DYNAMIC_REQUIRE, `require("${addon}")`), loader: "js" };
    });
  },
};

export async function build(outfile: string): Promise<void> {
  await Bun.build({
    entrypoints: [`${import.meta.dir}/src/main.ts`],
    compile: { outfile },
    minify: true,
    bytecode: process.env.BC === "1",
    format: "esm",
    plugins: [embeddedAddon],
  });
}

if (import.meta.main) await build(process.argv[2]!);
