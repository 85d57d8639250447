import { rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Elysia } from "elysia";

/** A file that a page loads: its URL path, its path on disk or in the executable, and its media type. */
export interface PageFile {
  url: string;
  file: string;
  type: string;
}

interface Packed {
  gzipped: string;
  tag: string;
}

const compress = promisify(gzip);

function acceptsGzip(request: Request): boolean {
  const offers = request.headers.get("accept-encoding")?.split(",") ?? [];
  const offer = offers.find((each) => /^\s*(gzip|\*)\s*(;|$)/i.test(each));
  return offer !== undefined && Number(/;\s*q=([\d.]+)/i.exec(offer)?.[1] ?? 1) > 0;
}

/** Serves the pages' files from disk. Their compressed copies are kept in `cache_dir` and not in memory. */
export function createPageFiles(cache_dir: string) {
  const packing = new Map<string, Promise<Packed>>();

  /** Compresses a file. Each process does this once per file; the largest takes 150 ms. */
  async function pack(file: string): Promise<Packed> {
    const bytes = await Bun.file(file).bytes();
    const gzipped = join(cache_dir, `${basename(file)}.gz`);
    await Bun.write(`${gzipped}.part`, await compress(bytes));
    await rename(`${gzipped}.part`, gzipped);
    return { gzipped, tag: Bun.hash(bytes).toString(36) };
  }

  async function packed(file: string): Promise<Packed> {
    const known = await packing.get(file);
    if (known && (await Bun.file(known.gzipped).exists())) return known;
    const fresh = pack(file);
    packing.set(file, fresh);
    fresh.catch(() => packing.delete(file));
    return fresh;
  }

  async function serve(request: Request, { file, type }: PageFile): Promise<Response> {
    const { gzipped, tag } = await packed(file);
    const gzips = acceptsGzip(request);
    const etag = gzips ? `"${tag}-gzip"` : `"${tag}"`;
    const headers = {
      etag,
      "cache-control": "no-cache",
      vary: "Accept-Encoding",
      "x-content-type-options": "nosniff",
    };
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
    const encoding = gzips ? { "content-encoding": "gzip" } : {};
    return new Response(Bun.file(gzips ? gzipped : file), {
      headers: { ...headers, ...encoding, "content-type": type },
    });
  }

  return {
    routes: (files: readonly PageFile[]) =>
      files.reduce(
        (app, file) => app.get(file.url, ({ request }) => serve(request, file), { detail: { hide: true } }),
        new Elysia() as Elysia,
      ),
  };
}

export type PageFiles = ReturnType<typeof createPageFiles>;
