import { type Config, configFromEnvironment } from "../../src/config/index.ts";
import { ConfigError } from "../../src/config/setting-types.ts";
import { tempDirs } from "./temp-dir.ts";

/** A secret of the least length that is accepted. */
export const SECRET = "0123456789abcdef0123456789abcdef";

/** Returns a function that reads a configuration from an environment, with a DATA_DIR of its own. */
export function configReader(): (environment: Record<string, string>) => Config {
  const tempDir = tempDirs();
  return (environment) => configFromEnvironment({ DATA_DIR: tempDir(), ...environment });
}

/** Returns the ConfigError that `create` throws. */
export function faultOf(create: () => unknown): ConfigError {
  try {
    create();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was expected to be refused");
}
