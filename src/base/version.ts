import manifest from "../../package.json" with { type: "json" };

/** The server's own version, as `package.json` has it. */
export const VERSION: string = manifest.version;
