import { expect, test } from "bun:test";
import type { ProviderAccount } from "../../src/domain/vendors.ts";
import { createAzure } from "../../src/providers/azure.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { failureOf } from "../support/deltas.ts";

const KEY = "azure-0123456789abcdef";
const request: CompletionRequest = { model: "my-gpt-4o", messages: [{ role: "user", content: "hello" }] };

/** Where a call goes, with which headers and body. */
async function sent(account: ProviderAccount, more: Partial<CompletionRequest> = {}) {
  const calls: { url: string; headers: Headers; body: unknown }[] = [];
  const azure = createAzure({
    api_key: KEY,
    ...account,
    fetch: async (input, init) => {
      calls.push({
        url: String(input),
        headers: new Headers(init?.headers),
        body: JSON.parse(String(init?.body)),
      });
      return Response.json({ error: { code: "500", message: "closed today" } }, { status: 500 });
    },
  });
  await failureOf(azure.complete({ ...request, ...more }));
  const [call] = calls;
  if (!call) throw new Error("nothing was sent");
  return call;
}

const RESOURCE = "https://mine.openai.azure.com/openai";
test.each([
  [{ resource_name: "mine" }, `${RESOURCE}/v1/chat/completions?api-version=v1`],
  [{ resource_name: "mine", api_version: "preview" }, `${RESOURCE}/v1/chat/completions?api-version=preview`],
  [
    { resource_name: "mine", api_version: "2024-10-21" },
    `${RESOURCE}/deployments/my-gpt-4o/chat/completions?api-version=2024-10-21`,
  ],
  [
    { resource_name: "mine", api_version: "2025-04-01-preview" },
    `${RESOURCE}/deployments/my-gpt-4o/chat/completions?api-version=2025-04-01-preview`,
  ],
  [{ base_url: `${RESOURCE}/` }, `${RESOURCE}/v1/chat/completions?api-version=v1`],
  [{ base_url: `${RESOURCE}/v1` }, `${RESOURCE}/v1/chat/completions`],
  [{ base_url: "https://gateway.example.org/azure" }, "https://gateway.example.org/azure/chat/completions"],
  [
    { resource_name: "mine", base_url: "https://gateway.example.org/azure", api_version: "2024-10-21" },
    "https://gateway.example.org/azure/deployments/my-gpt-4o/chat/completions?api-version=2024-10-21",
  ],
])("%o calls %s", async (account, url) => {
  expect((await sent(account)).url).toBe(url);
});

test("the key is sent as Azure wants it, and named when it is refused", async () => {
  const { headers } = await sent({ resource_name: "mine" });
  expect(headers.get("api-key")).toBe(KEY);
  expect(headers.get("authorization")).toBeNull();
  const message = `Access denied due to invalid subscription key ${KEY}`;
  const fetch = async () => Response.json({ error: { code: "401", message } }, { status: 401 });
  const error = await failureOf(
    createAzure({ api_key: KEY, resource_name: "mine", fetch }).complete(request),
  );
  expect(error.message).toBe(
    "Azure OpenAI refused the key in AZURE_API_KEY with HTTP 401: Access denied due to invalid subscription key [key]",
  );
});

test("a resource's name that is no name of a host is not called", async () => {
  const azure = createAzure({ api_key: KEY, resource_name: "evil.example.org/#" });
  expect(await failureOf(azure.complete(request))).toMatchObject({ reason: "invalid_request" });
});

test("takes OpenAI's own options", async () => {
  const { body } = await sent({ resource_name: "mine" }, { top_logprobs: 2 });
  expect(body).toMatchObject({ logprobs: true, top_logprobs: 2 });
});
