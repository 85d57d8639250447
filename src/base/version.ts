import manifest from "../../package.json" with { type: "json" };

/** The version of this server, from `package.json`. */
export const VERSION: string = manifest.version;
