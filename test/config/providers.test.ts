import { describe, expect, test } from "bun:test";
import { createConfig } from "../../src/config/index.ts";
import { accountsIn, concurrencyIn } from "../../src/config/providers.ts";
import { redacted } from "../../src/config/redacted.ts";
import { exactly } from "../../src/domain/concurrency.ts";
import { configReader, faultOf } from "../support/config.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const read = configReader();

describe("a named OpenAI-compatible endpoint", () => {
  const URL_OF = "OPENAI_COMPATIBLE_MY_SERVER_BASE_URL";
  const given = {
    [URL_OF]: "http://127.0.0.1:8000/v1/",
    OPENAI_COMPATIBLE_MY_SERVER_API_KEY: "its-own-key",
    OPENAI_COMPATIBLE_MY_SERVER_CONCURRENCY: "3",
  };

  test("is a provider with its name in lower case, its own account and its own limit", () => {
    const config = read(given);
    expect(accountsIn(config).endpoints).toEqual({
      "my-server": { base_url: "http://127.0.0.1:8000/v1", api_key: "its-own-key" },
    });
    expect(concurrencyIn(config)).toMatchObject({
      "my-server": exactly(3),
      openai: { min: 1, max: 100, start: 20 },
      mock: exactly(256),
    });
  });

  test("is configured in code by the same names", () => {
    const { endpoints } = accountsIn(
      createConfig({ data_dir: tempDir(), openai_compatible_box_base_url: "http://box" }),
    );
    expect(endpoints).toEqual({ box: { base_url: "http://box", api_key: undefined } });
  });

  test("may exist any number of times; by default there is none", () => {
    const names = ["A", "B2", "THE_THIRD"];
    const urls = Object.fromEntries(names.map((name) => [`OPENAI_COMPATIBLE_${name}_BASE_URL`, "http://h"]));
    expect(Object.keys(accountsIn(read(urls)).endpoints)).toEqual(["a", "b2", "the-third"]);
    expect(accountsIn(read({})).endpoints).toEqual({});
  });

  test("has its key left out of what is printed", () => {
    const printed = JSON.stringify(redacted(read(given)));
    expect(printed).not.toInclude("its-own-key");
    expect(printed).toInclude("127.0.0.1:8000");
  });

  test.each(["OPENAI", "AMAZON_BEDROCK", "MOCK"])("may not be called %s", (name) => {
    const variable = `OPENAI_COMPATIBLE_${name}_BASE_URL`;
    const { message } = faultOf(() => read({ [variable]: "http://h" }));
    expect(message).toStartWith(`${variable} names an endpoint '${name.toLowerCase().replace("_", "-")}'`);
    expect(message).toInclude("built-in provider");
  });

  test.each([
    [URL_OF, "not a url", "must be a URL beginning with http: or https:"],
    ["OPENAI_COMPATIBLE_MY_SERVER_CONCURRENCY", "0", "must be a whole number from 1 to 10000"],
    [`OPENAI_COMPATIBLE_${"X".repeat(65)}_BASE_URL`, "http://h", "has a name longer than 64 characters"],
  ])("%s=%s stops the start", (variable, text, fault) => {
    const { message } = faultOf(() => read({ ...given, [variable]: text }));
    expect(message).toStartWith(`${variable} ${fault}`);
    expect(message).toMatch(/Example: OPENAI_COMPATIBLE_\w+=\S/);
  });

  test("needs its URL", () => {
    const { message } = faultOf(() => read({ OPENAI_COMPATIBLE_MY_SERVER_API_KEY: "its-own-key" }));
    expect(message).toBe(
      `${URL_OF} must be set, because another variable of this endpoint is set. Example: ${URL_OF}=http://127.0.0.1:8000/v1`,
    );
  });

  test("is not created by a variable that only resembles one", () => {
    const config = read({ OPENAI_COMPATIBLE_BASE_URL: "x", OPENAI_COMPATIBLE_a_BASE_URL: "x" });
    expect(accountsIn(config).endpoints).toEqual({});
  });
});

describe("a provider's account", () => {
  test("is read from the variables that the vendor named", () => {
    const accounts = accountsIn(
      read({
        AZURE_API_KEY: "azure-key",
        AZURE_RESOURCE_NAME: "my-resource",
        AWS_DEFAULT_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "AKIA",
        AWS_SECRET_ACCESS_KEY: "its-secret",
        OLLAMA_BASE_URL: "http://127.0.0.1:11434/v1",
      }),
    );
    expect(accounts).toMatchObject({
      azure: { api_key: "azure-key", resource_name: "my-resource" },
      "amazon-bedrock": {
        region: "eu-central-1",
        access_key_id: "AKIA",
        secret_access_key: "its-secret",
      },
      ollama: { base_url: "http://127.0.0.1:11434/v1" },
    });
  });

  test.each([
    ["togetherai", { TOGETHER_API_KEY: "first", TOGETHER_AI_API_KEY: "second" }, "first"],
    ["togetherai", { TOGETHER_AI_API_KEY: "second" }, "second"],
    ["huggingface", { HF_TOKEN: " ", HUGGINGFACE_API_KEY: "second" }, "second"],
    ["google", { GEMINI_API_KEY: "second" }, "second"],
  ] as const)("%s takes the first of %o", (name, environment, api_key) => {
    expect(accountsIn(read(environment))).toMatchObject({ [name]: { api_key } });
  });
});
