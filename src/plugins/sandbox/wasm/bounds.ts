import { Fault } from "../fault.ts";
import { createReader, type Reader, unsignedBytes } from "./bytes.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const [TYPES, TABLES, MEMORIES] = [1, 4, 5];
const FUNCTION_FORM = 0x60;
/** i32, i64, f32, f64, v128, funcref, externref. */
const VALUE_TYPES: readonly number[] = [0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f];
const REFERENCE_TYPES: readonly number[] = [0x70, 0x6f];
const TABLE_MAX = 65_536;

/** Structs and arrays would lie in the worker's own heap, which no maximum bounds. */
function refuseOtherTypes(section: Reader): void {
  const refuse = () => new Fault("load", "uses types beyond numbers, vectors and plain references");
  for (let left = section.unsigned(); left > 0; left--) {
    if (section.byte() !== FUNCTION_FORM) throw refuse();
    for (const _ of ["parameters", "results"]) {
      for (let types = section.unsigned(); types > 0; types--)
        if (!VALUE_TYPES.includes(section.byte())) throw refuse();
    }
  }
}

/** Limits with their maximum set to what is allowed; refused where it would begin with more. */
function boundLimits(section: Reader, allowed: number, what: string, unit: string): number[] {
  const flags = section.byte();
  if (flags > 1) throw new Fault("load", `has a ${what} that is shared or addressed by 64 bits`);
  const minimum = section.unsigned();
  const maximum = flags === 1 ? section.unsigned() : allowed;
  if (minimum > allowed)
    throw new Fault("load", `begins with a ${what} of ${minimum} ${unit}, more than ${allowed}`);
  return [1, ...unsignedBytes(minimum), ...unsignedBytes(Math.min(maximum, allowed))];
}

function boundMemories(section: Reader, pages: number): number[] {
  const count = section.unsigned();
  if (count > 1) throw new Fault("load", "has more than one memory");
  return count === 0 ? [0] : [1, ...boundLimits(section, pages, "memory", "pages")];
}

function boundTables(section: Reader): number[] {
  const count = section.unsigned();
  if (count > 16) throw new Fault("load", "has more than 16 tables");
  const bounded: number[] = unsignedBytes(count);
  for (let table = 0; table < count; table++) {
    const type = section.byte();
    if (!REFERENCE_TYPES.includes(type))
      throw new Fault("load", "has a table of other than plain references");
    bounded.push(type, ...boundLimits(section, TABLE_MAX, "table", "entries"));
  }
  return bounded;
}

/**
 * The module with the maxima of its memory and tables set to what is allowed: Extism bounds neither. Throws a Fault for
 * what is no module, begins with more memory than that, or could allocate beside its memory.
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
    if (id === TYPES) refuseOtherTypes(section());
    if (id !== TABLES && id !== MEMORIES) {
      parts.push(bytes.subarray(begin, reader.at));
      continue;
    }
    const bounded = id === TABLES ? boundTables(section()) : boundMemories(section(), pages);
    parts.push(Uint8Array.from([id, ...unsignedBytes(bounded.length), ...bounded]));
  }
  return new Uint8Array(Buffer.concat(parts));
}
