/** The n-grams of one order in several texts, by position, as numbers from 0. Equal n-grams have equal numbers. */
export interface Grams {
  readonly distinct: number;
  readonly texts: readonly Uint32Array[];
}

/** Replaces the tokens of several texts by numbers. */
export function numberTokens<Token extends string | number>(texts: readonly ArrayLike<Token>[]): Grams {
  const known = new Map<Token, number>();
  const numbered = texts.map((tokens) => {
    const numbers = new Uint32Array(tokens.length);
    for (let place = 0; place < tokens.length; place++) numbers[place] = numberOf(known, tokens[place]!);
    return numbers;
  });
  return { distinct: known.size, texts: numbered };
}

/** Returns the n-grams of every order from 1 to `highest`. */
export function ngramsOf(tokens: Grams, highest: number): Grams[] {
  const orders = [tokens];
  for (let order = 2; order <= highest; order++)
    orders.push(extendByToken(orders[order - 2]!, tokens, order));
  return orders;
}

/**
 * Extends n-grams by one token: the number of the shorter n-gram and that of the last token identify the longer
 * one.
 */
function extendByToken(shorter: Grams, tokens: Grams, order: number): Grams {
  const known = new Map<number, number>();
  const texts = shorter.texts.map((grams, text) => {
    const last = tokens.texts[text]!;
    const longer = new Uint32Array(Math.max(0, last.length - order + 1));
    for (let place = 0; place < longer.length; place++) {
      const key = grams[place]! * tokens.distinct + last[place + order - 1]!;
      longer[place] = numberOf(known, key);
    }
    return longer;
  });
  return { distinct: known.size, texts };
}

function numberOf<Key>(known: Map<Key, number>, key: Key): number {
  const number = known.get(key);
  if (number !== undefined) return number;
  known.set(key, known.size);
  return known.size - 1;
}

/** Counts each n-gram of a text, by its number. */
export function countGrams(grams: Uint32Array, distinct: number): Uint32Array {
  const counts = new Uint32Array(distinct);
  for (let place = 0; place < grams.length; place++) counts[grams[place]!]!++;
  return counts;
}

/**
 * Returns a function that counts the n-grams a text shares with this one: each as often as it occurs in both. This
 * text is counted only once, so the cost of another text is its own length.
 */
export function createSharing(grams: Uint32Array, distinct: number): (other: Uint32Array) => number {
  const counts = countGrams(grams, distinct);
  const taken = new Uint32Array(distinct);
  return (other) => {
    let shared = 0;
    for (const gram of other) if (taken[gram]!++ < counts[gram]!) shared++;
    for (const gram of other) taken[gram] = 0;
    return shared;
  };
}
