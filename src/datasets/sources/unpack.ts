import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { fileFault } from "./row.ts";

type Decompress = (packed: Uint8Array, size: number) => Uint8Array;

/** A file decodes to at most this many times its own size; text that was compressed is a tenth of this. */
const DECODED_FACTOR_MAX = 100;
/** A small file may repeat a text more often. */
const DECODED_BYTES_ALLOWED = 16 * 1024 ** 2;
/** The most bytes that any file may be decoded to: as many as an upload may have without compression. */
const DECODED_BYTES_MAX = 256 * 1024 ** 2;

/** Returns the most bytes to which a file of `sent` bytes may be decoded. A small file could fill memory and disk. */
export const decodedBytesMax = (sent: number): number =>
  Math.min(DECODED_BYTES_MAX, Math.max(DECODED_BYTES_ALLOWED, DECODED_FACTOR_MAX * sent));

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
 * Creates the decompression for the pages of one file, which may be decoded to `decoded_max` bytes. It stays within
 * bounds even if pages are larger than the file declares.
 */
export function createCompressors(decoded_max: number): Compressors {
  let unpacked = 0;
  const bounded =
    (decompress: Decompress): Decompress =>
    (packed, size) => {
      unpacked += size;
      if (unpacked > decoded_max * UNPACKED_FACTOR_MAX)
        throw fileFault("unpacks to far more than it declares");
      return decompress(packed, size);
    };
  return Object.fromEntries(
    Object.entries(CODECS).map(([codec, decompress]) => [codec, bounded(decompress)]),
  );
}
