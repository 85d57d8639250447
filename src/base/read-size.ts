interface ReadSizeOptions {
  /** How many items are read first, and at most. */
  first: number;
  most: number;
  /** After a read with more characters than this, fewer items are read. */
  characters: number;
}

/** How many items to read at once, when some hold a few bytes and others megabytes. */
export interface ReadSize {
  readonly count: number;
  /** Notes how much text the last items held. */
  note(characters: number): void;
}

/** Creates a read size that doubles from read to read, and halves after reads of much text. */
export function createReadSize({ first, most, characters: limit }: ReadSizeOptions): ReadSize {
  let count = first;
  return {
    get count() {
      return count;
    },
    note(characters) {
      count = characters > limit ? Math.max(1, Math.floor(count / 2)) : Math.min(most, 2 * count);
    },
  };
}
