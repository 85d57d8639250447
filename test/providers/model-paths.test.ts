import { describe, expect, test } from "bun:test";
import { createAzure } from "../../src/providers/azure.ts";
import { createGoogle } from "../../src/providers/google.ts";
import { createOpenAi } from "../../src/providers/openai.ts";

/** Providers with the model's name in their URLs. */
const PROVIDERS = [
  createGoogle({ api_key: "AIzaSy0123456789abcdefghij" }),
  createAzure({ api_key: "0123456789abcdef", resource_name: "res", api_version: "2024-10-21" }),
];

describe.each(PROVIDERS)("$listing.name", ({ checkModel }) => {
  test.each([
    "../../v1/files?x=",
    "..",
    "a/../../b",
    "a/./b",
    "..\\..\\files",
    "%2e%2e/%2e%2e/files",
    "gemini?key=1",
    "gemini#",
    "/gemini",
    "gemini/",
    "a//b",
    "a b",
    "a\nb",
  ])("takes no model's name that would lead its key elsewhere: %j", (model) => {
    expect(() => checkModel(model)).toThrow("is not a model's name: ");
  });

  test.each(["gemini-2.5-pro", "models/gemini-2.5-pro", "tunedModels/my_model-1", "gpt-4o.2", "name:tag@1"])(
    "takes %s",
    (model) => {
      expect(() => checkModel(model)).not.toThrow();
    },
  );
});

test("a name in the body is left to the vendor", () => {
  expect(() => createOpenAi({ api_key: "sk" }).checkModel("qwen/qwen3?fast#1")).not.toThrow();
});
