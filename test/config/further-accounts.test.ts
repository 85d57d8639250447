import { describe, expect, test } from "bun:test";
import { configFromEnvironment, createConfig } from "../../src/config/index.ts";
import { accountsIn } from "../../src/config/providers.ts";
import { ConfigError } from "../../src/config/setting-types.ts";
import { tempDirs } from "../support/temp-dir.ts";

const newDir = tempDirs();
const configOf = (environment: Record<string, string>) =>
  configFromEnvironment({ DATA_DIR: newDir(), ...environment });

describe("further accounts of a provider", () => {
  test("have the settings of the first one where they set none", () => {
    const { further, ...accounts } = accountsIn(
      configOf({
        OPENAI_API_KEY: "sk-1",
        OPENAI_BASE_URL: "https://proxy.example/v1",
        OPENAI_API_KEY_2: "sk-2",
        OPENAI_API_KEY_7: "sk-7",
        OPENAI_BASE_URL_7: "https://other.example/v1",
      }),
    );
    expect(accounts).toMatchObject({
      openai: { api_key: "sk-1", base_url: "https://proxy.example/v1" },
    });
    expect(further.openai).toEqual([
      { api_key: "sk-2", base_url: "https://proxy.example/v1", number: 2 },
      { api_key: "sk-7", base_url: "https://other.example/v1", number: 7 },
    ]);
    expect(further.anthropic).toEqual([]);
  });

  test("may be other resources of Azure, and other keys of a named endpoint", () => {
    const { further } = accountsIn(
      configOf({
        AZURE_API_KEY: "az-1",
        AZURE_RESOURCE_NAME: "east",
        AZURE_API_KEY_2: "az-2",
        AZURE_RESOURCE_NAME_2: "west",
        OPENAI_COMPATIBLE_TEAM_BASE_URL: "http://team.example/v1",
        OPENAI_COMPATIBLE_TEAM_API_KEY: "t-1",
        OPENAI_COMPATIBLE_TEAM_API_KEY_2: "t-2",
      }),
    );
    expect(further.azure).toMatchObject([{ api_key: "az-2", resource_name: "west", number: 2 }]);
    expect(further.team).toEqual([{ base_url: "http://team.example/v1", api_key: "t-2", number: 2 }]);
  });

  test("are options of createServer too", () => {
    const config = createConfig({ data_dir: newDir(), groq_api_key: "g-1", groq_api_key_2: "g-2" });
    expect(accountsIn(config).further.groq).toMatchObject([{ api_key: "g-2" }]);
  });

  test.each(["openai_api_key_1", "openai_api_key_21", "openai_concurrency_2", "jwt_secret_2"])(
    "%s is not a setting",
    (name) => {
      expect(() => createConfig({ data_dir: newDir(), [name]: "x" })).toThrow(ConfigError);
    },
  );

  test("are checked like the first one", () => {
    expect(() => configOf({ OPENAI_BASE_URL_2: "not a url" })).toThrow(/OPENAI_BASE_URL_2/);
  });
});
