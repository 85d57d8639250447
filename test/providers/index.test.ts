import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { ProviderListing } from "../../src/domain/provider.ts";
import { createProviders } from "../../src/providers/index.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { failureOf } from "../support/deltas.ts";
import { createUpstream } from "../support/upstream.ts";

const request: CompletionRequest = { model: "some-model", messages: [{ role: "user", content: "hello" }] };

test("every provider is there without any configuration, the remote ones not configured", () => {
  const providers = createProviders();
  expect(providers.names).toEqual(["baseline", "mock", "openai", "anthropic"]);
  expect(providers.listings.map(({ name, kind, configured }) => [name, kind, configured])).toEqual([
    ["baseline", "embedded", true],
    ["mock", "embedded", true],
    ["openai", "remote", false],
    ["anthropic", "remote", false],
  ]);
  for (const listing of providers.listings) expect(Value.Check(ProviderListing, listing)).toBe(true);
});

test("finds by name, and nothing by a name that nobody has", () => {
  const providers = createProviders();
  for (const name of providers.names) expect(providers.find(name)?.listing.name).toBe(name);
  expect(providers.find("opeanai")).toBeUndefined();
  expect(providers.find("constructor")).toBeUndefined();
});

test.each([
  ["openai", "OPENAI_API_KEY"],
  ["anthropic", "ANTHROPIC_API_KEY"],
] as const)("%s without a key names the variable to set, and calls nobody", async (name, variable) => {
  const upstream = createUpstream();
  const provider = createProviders({ [name]: { base_url: upstream.url, api_key: "" } }).find(name);
  if (!provider?.stream) throw new Error("no such provider");
  expect(provider.listing).toMatchObject({ configured: false, requires: [variable] });
  const failures = [
    await failureOf(provider.complete(request)),
    await failureOf(Array.fromAsync(provider.stream(request))),
  ];
  for (const failure of failures) {
    expect(failure).toMatchObject({ provider: name, reason: "not_configured", retryable: false });
    expect(failure.message).toContain(variable);
  }
  expect(upstream.calls).toBe(0);
  await upstream.stop();
});

test("the given network is used by the remote providers", async () => {
  const urls: string[] = [];
  const providers = createProviders({
    openai: { api_key: "sk-test-1234567890" },
    anthropic: { api_key: "sk-ant-test-1234567890" },
    fetch: async (input) => {
      urls.push(String(input));
      return Response.json({ error: { message: "closed today" } }, { status: 503 });
    },
  });
  for (const name of ["openai", "anthropic"]) {
    const provider = providers.find(name);
    if (!provider) throw new Error("no such provider");
    expect(provider.listing.configured).toBe(true);
    const failure = await failureOf(provider.complete(request));
    expect(failure).toMatchObject({ reason: "overloaded", retryable: true, status: 503 });
    expect(failure.message).toContain("closed today");
  }
  expect(urls).toEqual([
    "https://api.openai.com/v1/chat/completions",
    "https://api.anthropic.com/v1/messages",
  ]);
});

test("the vendors' packages are not loaded before the first call", async () => {
  const script = `
    const { createProviders } = await import("./src/providers/index.ts");
    const provider = createProviders({ openai: { api_key: "k".repeat(20), base_url: "http://127.0.0.1:1" } }).find("openai");
    const loaded = () => Object.keys(require.cache).filter((path) => path.includes("@ai-sdk")).length;
    const before = loaded();
    await provider.complete({ model: "m", messages: [{ role: "user", content: "x" }] }).catch(() => {});
    console.log(JSON.stringify({ before, after: loaded() }));`;
  const output = await Bun.$`${process.execPath} -e ${script}`.cwd(`${import.meta.dir}/../..`).json();
  expect(output.before).toBe(0);
  expect(output.after).toBeGreaterThan(1);
});

test("a package that cannot be loaded is not_configured, with the reason", async () => {
  const script = `
    const { createProviders } = await import("./src/providers/index.ts");
    const provider = createProviders({ openai: { api_key: "k".repeat(20) } }).find("openai");
    await provider.complete({ model: "m", messages: [{ role: "user", content: "x" }] })
      .catch(({ name, reason, message }) => console.log(JSON.stringify({ name, reason, message })));`;
  const output = await Bun.$`${process.execPath} -e ${script}`
    .cwd(`${import.meta.dir}/../..`)
    .env({ OPENAI_BASE_URL: "" })
    .json();
  expect(output).toMatchObject({ name: "ProviderError", reason: "not_configured" });
  expect(output.message).toContain("baseURL must be a non-empty string");
});
