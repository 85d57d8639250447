import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { fileFault } from "./row.ts";

type Decompress = (packed: Uint8Array, size: number) => Uint8Array;

/** Small files can unpack to more than there is memory: what a file's columns may declare to unpack to. */
export const UNPACKED_BYTES_MAX = 1024 ** 3;
/** What is really unpacked may be more: dictionaries and pages at the seams of batches come up again. */
const TIMES_UNPACKED_MAX = 4;

type Native = (packed: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** The runtime's own decompression: several times as fast as JavaScript, and stops at the size the page declares. */
const native =
  (decompress: Native): Decompress =>
  (packed, size) =>
    decompress(packed, { maxOutputLength: Math.max(size, 1) });

const CODECS = {
  ...compressors,
  GZIP: native(gunzipSync),
  BROTLI: native(brotliDecompressSync),
  ZSTD: native(zstdDecompressSync),
};

/** Decompression for the pages of one file, within bounds even where its pages are larger than the file declares. */
export function createCompressors(): Compressors {
  let unpacked = 0;
  const bounded =
    (decompress: Decompress): Decompress =>
    (packed, size) => {
      unpacked += size;
      if (unpacked > UNPACKED_BYTES_MAX * TIMES_UNPACKED_MAX) throw fileFault("unpacks to more than 1 GiB");
      return decompress(packed, size);
    };
  return Object.fromEntries(
    Object.entries(CODECS).map(([codec, decompress]) => [codec, bounded(decompress)]),
  );
}
