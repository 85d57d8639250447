const SIZE = 624;
const MIDDLE = 397;
const UPPER = 0x8000_0000;
const LOWER = 0x7fff_ffff;
const TWIST = 0x9908_b0df;

function seeded(seed: number): Uint32Array {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let index = 1; index < SIZE; index++) {
    const before = state[index - 1] ?? 0;
    state[index] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + index;
  }
  return state;
}

/** `init_by_array` of the reference mt19937ar.c, for a key of one number, as CPython seeds with an integer. */
function stateOf(key: number): Uint32Array {
  const state = seeded(19_650_218);
  let place = 1;
  const previous = () => {
    const before = state[place - 1] ?? 0;
    return before ^ (before >>> 30);
  };
  const next = () => {
    place++;
    if (place < SIZE) return;
    state[0] = state[SIZE - 1] ?? 0;
    place = 1;
  };
  for (let round = 0; round < SIZE; round++, next())
    state[place] = ((state[place] ?? 0) ^ Math.imul(previous(), 1_664_525)) + key;
  for (let round = 1; round < SIZE; round++, next())
    state[place] = ((state[place] ?? 0) ^ Math.imul(previous(), 1_566_083_941)) - place;
  state[0] = UPPER;
  return state;
}

/** Python's `random.Random(seed)`: MT19937 (Matsumoto and Nishimura 1998). Answers its next 32 bits. */
function createTwister(seed: number): () => number {
  const state = stateOf(seed);
  let used = SIZE;
  function twist(): void {
    for (let index = 0; index < SIZE; index++) {
      const joined = ((state[index] ?? 0) & UPPER) | ((state[(index + 1) % SIZE] ?? 0) & LOWER);
      const mixed = (state[(index + MIDDLE) % SIZE] ?? 0) ^ (joined >>> 1);
      state[index] = joined & 1 ? mixed ^ TWIST : mixed;
    }
    used = 0;
  }
  return () => {
    if (used === SIZE) twist();
    let bits = state[used++] ?? 0;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c_5680;
    bits ^= (bits << 15) & 0xefc6_0000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
}

/** Below so many it draws from a shrinking list, beyond from all again: `sample` in CPython 3.11's Lib/random.py. */
const setSizeOf = (count: number): number =>
  count > 5 ? 21 + 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 21;

/**
 * Draws as successive calls of Python's `random.Random(seed).sample(range(size), count)` do: each answers `count`
 * different numbers below `size`, in the order drawn. `count` is at most `size`, the seed a 32-bit whole number.
 */
export function createPythonSampler(seed: number, size: number, count: number): () => number[] {
  const bits = createTwister(seed);

  function below(limit: number): number {
    const shift = Math.clz32(limit);
    for (;;) {
      const drawn = bits() >>> shift;
      if (drawn < limit) return drawn;
    }
  }

  function fromList(): number[] {
    const left = Array.from({ length: size }, (_, index) => index);
    return Array.from({ length: count }, (_, index) => {
      const place = below(size - index);
      const drawn = left[place] ?? 0;
      left[place] = left[size - index - 1] ?? 0;
      return drawn;
    });
  }

  function fromAll(): number[] {
    const drawn = new Set<number>();
    while (drawn.size < count) drawn.add(below(size));
    return [...drawn];
  }

  return size <= setSizeOf(count) ? fromList : fromAll;
}
