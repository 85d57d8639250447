import { yieldToEventLoop } from "../../base/event-loop.ts";

/** A database on another machine answers each check late, so that some of them run at once. */
const AT_ONCE = 16;

/** Runs `check` for every item, some at once, and yields to the event loop in between. */
export async function checkAll<Item>(
  items: Iterable<Item>,
  check: (item: Item) => Promise<void>,
): Promise<void> {
  const all = [...items];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    await Promise.all(all.slice(from, from + AT_ONCE).map(check));
    await yieldToEventLoop();
  }
}

/**
 * Returns a function that does the work, but never twice at once: all calls during a run share one run after it.
 * Otherwise the many logouts of one caller would check the credentials of all sockets as many times.
 */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let isAskedAgain = false;

  async function run(): Promise<void> {
    try {
      do {
        isAskedAgain = false;
        await work();
      } while (isAskedAgain);
    } finally {
      running = undefined;
    }
  }

  return () => {
    isAskedAgain = true;
    running ??= run();
    return running;
  };
}
