/** Work that is under way. */
export interface OpenWork {
  /** Notes the beginning of a piece of work, and returns the function that notes its end. */
  begin(): () => void;
  /** Resolves when no work is under way. */
  idle(): Promise<void>;
}

export function createOpenWork(): OpenWork {
  let open = 0;
  const waiting: (() => void)[] = [];

  function end(): void {
    open--;
    if (open === 0) for (const resolve of waiting.splice(0)) resolve();
  }

  return {
    begin() {
      open++;
      return end;
    },
    idle: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
