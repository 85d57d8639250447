/** Samples by the hash of their content. It holds numbers alone: 28 MB for a million samples. */
export interface ContentIndex {
  /** Adds a sample. Samples with the same content keep the order in which they are added. */
  add(content: string, position: number): void;
  /** Removes the first sample with that content that is left, and returns its position; undefined if none is left. */
  take(content: string): number | undefined;
}

/**
 * Creates an index for at most `capacity` samples: a hash table with open addressing, and a list for each content. The
 * hash is the first 64 bits of SHA-256: among a million samples, two collide with a probability of 3e-8.
 */
export function createContentIndex(capacity: number): ContentIndex {
  const size = 2 ** Math.ceil(Math.log2(2 * capacity + 2));
  /** By slot, one more than the first entry of a content; 0 if the slot is free. */
  const heads = new Uint32Array(size);
  const hashes = new Uint32Array(2 * capacity);
  const positions = new Uint32Array(capacity);
  /** By entry, one more than the next entry of the same content; 0 if it is the last. */
  const next = new Uint32Array(capacity);
  /** By first entry of a content, one more than the next entry to take, and the last entry. */
  const left = new Uint32Array(capacity);
  const last = new Uint32Array(capacity);
  // Bun writes a digest only where 64 bytes have room.
  const digest = new Uint32Array(16);
  let count = 0;

  /** Returns the slot of a content, free or not. The hash remains in `digest`. */
  function slotOf(content: string): number {
    new Bun.CryptoHasher("sha256").update(content).digest(new Uint8Array(digest.buffer));
    let slot = digest[0]! & (size - 1);
    for (let head = heads[slot]!; head > 0; head = heads[slot]!) {
      if (hashes[2 * head - 2] === digest[0] && hashes[2 * head - 1] === digest[1]) break;
      slot = (slot + 1) & (size - 1);
    }
    return slot;
  }

  function append(head: number, entry: number): void {
    next[last[head]!] = entry + 1;
    last[head] = entry;
    if (left[head] === 0) left[head] = entry + 1;
  }

  return {
    add(content, position) {
      const slot = slotOf(content);
      const entry = count++;
      positions[entry] = position;
      if (heads[slot]! > 0) return append(heads[slot]! - 1, entry);
      hashes.set(digest.subarray(0, 2), 2 * entry);
      heads[slot] = entry + 1;
      left[entry] = entry + 1;
      last[entry] = entry;
    },
    take(content) {
      const head = heads[slotOf(content)]!;
      const found = head === 0 ? 0 : left[head - 1]!;
      if (found === 0) return undefined;
      left[head - 1] = next[found - 1]!;
      return positions[found - 1];
    },
  };
}
