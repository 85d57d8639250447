import { join } from "node:path";

/** The project's root folder. */
export const ROOT = join(import.meta.dir, "../..");
/** The program's entry point, for tests that start a process of their own. */
export const MAIN = join(ROOT, "src/main.ts");
/** A script that a test starts in a process of its own. */
export const processScript = (name: string): string => join(ROOT, "test/support/processes", `${name}.ts`);
