import { Fault } from "../fault.ts";
import { createReader, type Reader, unsignedBytes } from "./bytes.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const [TYPES, TABLES, MEMORIES] = [1, 4, 5];
const FUNCTION_FORM = 0x60;
/** i32, i64, f32, f64, v128, funcref, externref. */
const VALUE_TYPES: readonly number[] = [0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f];
const REFERENCE_TYPES: readonly number[] = [0x70, 0x6f];
const TABLE_MAX = 65_536;

/** Rejects structs and arrays: they would be in the worker's own heap, which has no maximum. */
function rejectOtherTypes(section: Reader): void {
  const otherType = () => new Fault("load", "uses types other than numbers, vectors, funcref and externref");
  for (let left = section.unsigned(); left > 0; left--) {
    if (section.byte() !== FUNCTION_FORM) throw otherType();
    for (const _ of ["parameters", "results"]) {
      for (let types = section.unsigned(); types > 0; types--)
        if (!VALUE_TYPES.includes(section.byte())) throw otherType();
    }
  }
}

/** Returns limits with their maximum lowered to `allowed`. Throws a Fault if the minimum exceeds it. */
function boundLimits(
  section: Reader,
  { allowed, noun, unit }: { allowed: number; noun: string; unit: string },
): number[] {
  const flags = section.byte();
  if (flags > 1) throw new Fault("load", `has a ${noun} that is shared or has 64-bit addresses`);
  const minimum = section.unsigned();
  const maximum = flags === 1 ? section.unsigned() : allowed;
  if (minimum > allowed)
    throw new Fault("load", `starts with a ${noun} of ${minimum} ${unit}; at most ${allowed} are allowed`);
  return [1, ...unsignedBytes(minimum), ...unsignedBytes(Math.min(maximum, allowed))];
}

function boundMemories(section: Reader, pages: number): number[] {
  const count = section.unsigned();
  if (count > 1) throw new Fault("load", "has more than one memory");
  return count === 0 ? [0] : [1, ...boundLimits(section, { allowed: pages, noun: "memory", unit: "pages" })];
}

function boundTables(section: Reader): number[] {
  const count = section.unsigned();
  if (count > 16) throw new Fault("load", "has more than 16 tables");
  const bounded: number[] = unsignedBytes(count);
  for (let table = 0; table < count; table++) {
    const type = section.byte();
    if (!REFERENCE_TYPES.includes(type))
      throw new Fault("load", "has a table of types other than funcref and externref");
    bounded.push(type, ...boundLimits(section, { allowed: TABLE_MAX, noun: "table", unit: "entries" }));
  }
  return bounded;
}

/**
 * Returns the module with the maxima of its memory and tables lowered to the allowed ones, because Extism bounds
 * neither. Throws a Fault if the bytes are not a module, if its initial memory is too large, or if it could
 * allocate outside its memory.
 */
export function boundModule(bytes: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  if (MAGIC.some((value, index) => bytes[index] !== value))
    throw new Fault("load", "is not a WebAssembly module of version 1");
  const reader = createReader(bytes, MAGIC.length);
  const parts: Uint8Array[] = [Uint8Array.from(MAGIC)];
  while (!reader.isAtEnd) {
    const begin = reader.at;
    const id = reader.byte();
    const size = reader.unsigned();
    const body = reader.at;
    reader.skip(size);
    const section = () => createReader(bytes, body, body + size);
    if (id === TYPES) rejectOtherTypes(section());
    if (id !== TABLES && id !== MEMORIES) {
      parts.push(bytes.subarray(begin, reader.at));
      continue;
    }
    const bounded = id === TABLES ? boundTables(section()) : boundMemories(section(), pages);
    parts.push(Uint8Array.from([id, ...unsignedBytes(bounded.length), ...bounded]));
  }
  return new Uint8Array(Buffer.concat(parts));
}
