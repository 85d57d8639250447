import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { fileFault } from "./row.ts";

type Decompress = (packed: Uint8Array, size: number) => Uint8Array;

/**
 * The most bytes to which the read columns of a file may declare to unpack: a small file can unpack to more than
 * the memory.
 */
export const UNPACKED_BYTES_MAX = 1024 ** 3;
/**
 * Dictionaries, and pages at the boundaries of batches, are unpacked repeatedly: the total may exceed the declared
 * size by this factor.
 */
const UNPACKED_FACTOR_MAX = 4;

type Native = (packed: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/**
 * Wraps the runtime's own decompression, which is several times as fast as JavaScript and stops at the size that
 * the page declares.
 */
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

/**
 * Creates the decompression for the pages of one file. It stays within bounds even if pages are larger than the
 * file declares.
 */
export function createCompressors(): Compressors {
  let unpacked = 0;
  const bounded =
    (decompress: Decompress): Decompress =>
    (packed, size) => {
      unpacked += size;
      if (unpacked > UNPACKED_BYTES_MAX * UNPACKED_FACTOR_MAX)
        throw fileFault("unpacks to far more than it declares");
      return decompress(packed, size);
    };
  return Object.fromEntries(
    Object.entries(CODECS).map(([codec, decompress]) => [codec, bounded(decompress)]),
  );
}
