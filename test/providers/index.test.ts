import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { ProviderListing } from "../../src/domain/provider.ts";
import { type ProviderAccount, VENDOR_NAMES, VENDORS, type VendorName } from "../../src/domain/vendors.ts";
import { createProviders, type Providers } from "../../src/providers/index.ts";
import type { CompletionRequest, Provider } from "../../src/providers/provider.ts";
import { failureOf } from "../support/deltas.ts";
import { ROOT } from "../support/paths.ts";
import { tempDirs } from "../support/temp-dir.ts";
import { createUpstream } from "../support/upstream/index.ts";

const request: CompletionRequest = { model: "some-model", messages: [{ role: "user", content: "hello" }] };
const tempDir = tempDirs();

function find(providers: Providers, name: string): Provider {
  const provider = providers.find(name);
  if (!provider) throw new Error(`no provider ${name}`);
  return provider;
}

test("every provider is there without any configuration, the remote ones not configured", () => {
  const providers = createProviders();
  expect(providers.names.toSorted()).toEqual([...VENDOR_NAMES, "baseline", "mock"].toSorted());
  for (const listing of providers.listings) {
    expect(Value.Check(ProviderListing, listing)).toBe(true);
    const embedded = ["baseline", "mock"].includes(listing.name);
    expect(listing).toMatchObject({
      kind: embedded ? "embedded" : "remote",
      configured: embedded,
      streams: true,
    });
    expect(listing.requires.length > 0).toBe(!embedded);
    expect(listing.description.length).toBeGreaterThan(20);
  }
});

test("the listing says who returns log-probabilities", () => {
  const without = createProviders()
    .listings.filter(({ logprobs }) => !logprobs)
    .map(({ name }) => name);
  expect(without).toEqual([
    "baseline",
    "mock",
    "anthropic",
    "google",
    "amazon-bedrock",
    "mistral",
    "cohere",
    "groq",
    "perplexity",
    "lmstudio",
  ]);
});

test("finds by name, and nothing by a name that nobody has", () => {
  const providers = createProviders();
  for (const name of providers.names) expect(providers.find(name)?.listing.name).toBe(name);
  expect(providers.find("opeanai")).toBeUndefined();
  expect(providers.find("constructor")).toBeUndefined();
});

describe("what configures a provider", () => {
  const LOCAL: readonly string[] = ["ollama", "vllm", "llamacpp", "lmstudio"];
  const bedrock = { region: "us-east-1", access_key_id: "AKIA", secret_access_key: "secret" };
  const ENOUGH: [VendorName, ProviderAccount, boolean][] = [
    ...VENDOR_NAMES.map((name): [VendorName, ProviderAccount, boolean] => [name, { api_key: "" }, false]),
    ...VENDOR_NAMES.map((name): [VendorName, ProviderAccount, boolean] => [
      name,
      { api_key: "a-key" },
      !["azure", "amazon-bedrock", ...LOCAL].includes(name),
    ]),
    ...VENDOR_NAMES.map((name): [VendorName, ProviderAccount, boolean] => [
      name,
      { base_url: "http://127.0.0.1:1" },
      LOCAL.includes(name),
    ]),
    ["azure", { api_key: "a-key", resource_name: "mine" }, true],
    ["azure", { api_key: "a-key", base_url: "http://127.0.0.1:1" }, true],
    ["azure", { resource_name: "mine" }, false],
    ["amazon-bedrock", { api_key: "a-key", region: "us-east-1" }, true],
    ["amazon-bedrock", bedrock, true],
    ["amazon-bedrock", { ...bedrock, region: undefined }, false],
    ["amazon-bedrock", { ...bedrock, secret_access_key: "" }, false],
  ];

  test.each(ENOUGH)("%s with %o: %p", (name, account, configured) => {
    expect(find(createProviders({ [name]: account }), name).listing.configured).toBe(configured);
  });

  test.each(VENDOR_NAMES)("%s without it names the variables to set, and calls nobody", async (name) => {
    const upstream = createUpstream();
    const provider = find(createProviders(), name);
    const failures = [
      await failureOf(provider.complete(request)),
      await failureOf(Array.fromAsync(provider.stream?.(request) ?? [])),
    ];
    for (const failure of failures) {
      expect(failure).toMatchObject({ provider: name, reason: "not_configured", retryable: false });
      expect(failure.message).toBe(
        `${VENDORS[name].title} is not configured: set ${provider.listing.requires.join(" and ")}.`,
      );
    }
    expect(upstream.calls).toBe(0);
    await upstream.stop();
  });

  test("what is required is what the configuration reads", () => {
    for (const { name, requires } of createProviders().listings) {
      const known = Object.values({ ...VENDORS }).flatMap(({ variables }) => Object.values(variables).flat());
      for (const variable of requires.join(" ").match(/[A-Z][A-Z_]+/g) ?? [])
        expect([name, known.includes(variable) || variable.endsWith("_BASE_URL")]).toEqual([name, true]);
    }
  });
});

test("calls go to the vendor's own address, through the network that was given", async () => {
  const urls: Record<string, string> = {};
  const account = { api_key: "a-key-of-some-length", region: "eu-central-1", resource_name: "mine" };
  const accounts = Object.fromEntries(VENDOR_NAMES.map((name) => [name, account]));
  for (const name of VENDOR_NAMES) {
    const providers = createProviders({
      ...accounts,
      fetch: async (input) => {
        urls[name] = String(input);
        return Response.json({ error: { message: "closed today" } }, { status: 503 });
      },
    });
    const provider = find(providers, name);
    if (!provider.listing.configured) continue;
    expect(await failureOf(provider.complete(request))).toMatchObject({
      provider: name,
      reason: "overloaded",
      retryable: true,
      status: 503,
    });
  }
  expect(urls).toEqual({
    openai: "https://api.openai.com/v1/chat/completions",
    anthropic: "https://api.anthropic.com/v1/messages",
    google: "https://generativelanguage.googleapis.com/v1beta/models/some-model:generateContent",
    azure: "https://mine.openai.azure.com/openai/v1/chat/completions?api-version=v1",
    "amazon-bedrock": "https://bedrock-runtime.eu-central-1.amazonaws.com/model/some-model/converse",
    mistral: "https://api.mistral.ai/v1/chat/completions",
    cohere: "https://api.cohere.com/v2/chat",
    groq: "https://api.groq.com/openai/v1/chat/completions",
    xai: "https://api.x.ai/v1/chat/completions",
    deepseek: "https://api.deepseek.com/chat/completions",
    togetherai: "https://api.together.xyz/v1/chat/completions",
    fireworks: "https://api.fireworks.ai/inference/v1/chat/completions",
    perplexity: "https://api.perplexity.ai/chat/completions",
    cerebras: "https://api.cerebras.ai/v1/chat/completions",
    huggingface: "https://router.huggingface.co/v1/chat/completions",
    deepinfra: "https://api.deepinfra.com/v1/openai/chat/completions",
    openrouter: "https://openrouter.ai/api/v1/chat/completions",
  });
});

test("named endpoints are providers beside the others", () => {
  const providers = createProviders({
    endpoints: { "my-server": { base_url: "http://127.0.0.1:8000/v1" }, other: {} },
  });
  expect(find(providers, "my-server").listing).toMatchObject({
    kind: "remote",
    configured: true,
    requires: ["OPENAI_COMPATIBLE_MY_SERVER_BASE_URL"],
  });
  expect(find(providers, "other").listing.configured).toBe(false);
});

/** What of the vendors' packages is in memory, after each of the statements. */
async function loadedAfter(...statements: string[]): Promise<string[][]> {
  const script = `
    const loaded = () => [...new Set(Object.keys(require.cache).map((path) => /@ai-sdk\\/([a-z-]+)/.exec(path)?.[1]).filter(Boolean))].sort();
    const seen = [];
    ${statements.map((statement) => `${statement}; seen.push(loaded());`).join("\n")}
    console.log(JSON.stringify(seen));
    process.exit(0);`;
  return Bun.$`${process.execPath} -e ${script}`.cwd(ROOT).json();
}

const ASK = `.complete({ model: "m", messages: [{ role: "user", content: "x" }] }).catch(() => {})`;

test("a vendor's package is loaded by the first call to it, and no other", async () => {
  const account = `{ api_key: "k".repeat(20), base_url: "http://127.0.0.1:1" }`;
  const [before, afterGroq, afterCohere, afterGoogle] = await loadedAfter(
    `const { createProviders } = await import("./src/providers/index.ts");
     const providers = createProviders({ groq: ${account}, cohere: ${account}, google: ${account} })`,
    `await providers.find("groq")${ASK}`,
    `await providers.find("cohere")${ASK}`,
    `await providers.find("google")${ASK}`,
  );
  expect(before).toEqual([]);
  // It speaks OpenAI's chat completions: our own client needs no package.
  expect(afterGroq).toEqual([]);
  expect(afterCohere).toEqual(["cohere", "provider", "provider-utils"]);
  expect(afterGoogle).toEqual(["cohere", "google", "provider", "provider-utils"]);
});

test("starting the server with every provider configured loads none of the packages", async () => {
  const settings = VENDOR_NAMES.map((name) => {
    const prefix = name.replaceAll("-", "_");
    return `${prefix}_base_url: "http://127.0.0.1:1"`;
  });
  const [before] = await loadedAfter(
    `const { createServer } = await import("./src/server.ts");
     const server = await createServer({
       data_dir: ${JSON.stringify(tempDir())}, bind_address: "127.0.0.1:0", log_level: "silent",
       admin_username: "admin", admin_password: "password1",
       openai_api_key: "k".repeat(20), groq_api_key: "k".repeat(20), ${settings.join(", ")},
     });
     await server.start();
     await fetch(server.url + "/health")`,
  );
  expect(before).toEqual([]);
});

test("a package that cannot be loaded is not_configured, with the reason", async () => {
  const script = `
    const { createProviders } = await import("./src/providers/index.ts");
    const provider = createProviders({ anthropic: { api_key: "k".repeat(20) } }).find("anthropic");
    await provider.complete({ model: "m", messages: [{ role: "user", content: "x" }] })
      .catch(({ name, reason, message }) => console.log(JSON.stringify({ name, reason, message })));`;
  const output = await Bun.$`${process.execPath} -e ${script}`
    .cwd(ROOT)
    .env({ ANTHROPIC_BASE_URL: "" })
    .json();
  expect(output).toMatchObject({ name: "ProviderError", reason: "not_configured" });
  expect(output.message).toContain("baseURL must be a non-empty string");
});
