import { Fault } from "../fault.ts";

/** Reads the binary format of WebAssembly, byte by byte. Throws a Fault if it is truncated. */
export function createReader(bytes: Uint8Array, start = 0, end = bytes.length) {
  let at = start;

  function byte(): number {
    const value = at < end ? bytes[at++] : undefined;
    if (value === undefined) throw new Fault("load", "is a truncated WebAssembly module");
    return value;
  }

  /** Reads an unsigned LEB128 number of up to 32 bits. */
  function unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
    throw new Fault("load", "contains an invalid LEB128 number");
  }

  return {
    byte,
    unsigned,
    get at() {
      return at;
    },
    get isAtEnd() {
      return at >= end;
    },
    skip(count: number): void {
      at += count;
      if (at > end) throw new Fault("load", "is a truncated WebAssembly module");
    },
  };
}

export type Reader = ReturnType<typeof createReader>;

/** Returns the LEB128 bytes of an unsigned number. */
export function unsignedBytes(value: number): number[] {
  const written: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    written.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return written;
}
