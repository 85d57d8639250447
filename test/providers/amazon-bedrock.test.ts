import { describe, expect, test } from "bun:test";
import type { ProviderAccount } from "../../src/domain/vendors.ts";
import { createAmazonBedrock } from "../../src/providers/amazon-bedrock.ts";
import type { CompletionRequest, Fetch } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { ROOT } from "../support/paths.ts";
import { toBedrockEvent, toBedrockException } from "../support/upstream/bedrock-events.ts";

const SECRET = "a-secret-of-forty-characters-0123456789ab";
const SIGNED: ProviderAccount = { region: "eu-west-3", access_key_id: "AKIATEST", secret_access_key: SECRET };
const MODEL = "anthropic.claude-3-haiku-20240307-v1:0";
const request: CompletionRequest = { model: MODEL, messages: [{ role: "user", content: "hello" }] };
const MESSAGE = {
  output: { message: { role: "assistant", content: [{ text: "hi" }] } },
  stopReason: "end_turn",
  usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
};

async function sent(account: ProviderAccount, more: Partial<CompletionRequest> = {}) {
  const calls: { url: string; headers: Headers; body: unknown }[] = [];
  const fetch: Fetch = async (input, init) => {
    calls.push({
      url: String(input),
      headers: new Headers(init?.headers),
      body: JSON.parse(String(init?.body)),
    });
    return Response.json(MESSAGE);
  };
  const completion = await createAmazonBedrock({ ...account, fetch }).complete({ ...request, ...more });
  const [call] = calls;
  if (!call) throw new Error("nothing was sent");
  return { ...call, completion };
}

describe("credentials", () => {
  test("an access key signs the call with AWS Signature Version 4, and the secret is not sent", async () => {
    const { url, headers } = await sent(SIGNED);
    expect(url).toBe(
      `https://bedrock-runtime.eu-west-3.amazonaws.com/model/${encodeURIComponent(MODEL)}/converse`,
    );
    expect(headers.get("authorization")).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-west-3\/bedrock\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
    );
    expect(JSON.stringify([...headers])).not.toContain(SECRET);
    expect(headers.has("x-amz-security-token")).toBe(false);
  });

  test("a session token goes along", async () => {
    const { headers } = await sent({ ...SIGNED, session_token: "session-0123456789" });
    expect(headers.get("x-amz-security-token")).toBe("session-0123456789");
  });

  test("an API key is a bearer's, and comes first", async () => {
    const { headers } = await sent({ ...SIGNED, api_key: "bedrock-api-key-0123456789" });
    expect(headers.get("authorization")).toBe("Bearer bedrock-api-key-0123456789");
  });

  test("none is taken from the environment", async () => {
    const script = `
      const { createAmazonBedrock } = await import("./src/providers/amazon-bedrock.ts");
      const seen = [];
      const fetch = async (input, init) => {
        seen.push(String(input), new Headers(init.headers).get("authorization").split("/")[0]);
        return Response.json({}, { status: 500 });
      };
      const bedrock = createAmazonBedrock({ region: "eu-west-3", access_key_id: "AKIATEST", secret_access_key: "${SECRET}", fetch });
      await bedrock.complete({ model: "m", messages: [{ role: "user", content: "x" }] }).catch(() => {});
      console.log(JSON.stringify(seen));`;
    const seen = await Bun.$`${process.execPath} -e ${script}`
      .cwd(ROOT)
      .env({
        AWS_BEARER_TOKEN_BEDROCK: "someone-elses",
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:1",
        AWS_REGION: "us-west-2",
      })
      .json();
    expect(seen).toEqual([
      "https://bedrock-runtime.eu-west-3.amazonaws.com/model/m/converse",
      "AWS4-HMAC-SHA256 Credential=AKIATEST",
    ]);
  });

  test.each([
    ["cn-north-1", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/"],
    ["eusc-de-east-1", "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu/"],
    ["us-gov-west-1", "https://bedrock-runtime.us-gov-west-1.amazonaws.com/"],
  ])("the region %s is at %s", async (region, address) => {
    expect((await sent({ ...SIGNED, region })).url).toStartWith(address);
  });

  test.each([
    [SIGNED, "AWS_ACCESS_KEY_ID"],
    [{ region: "eu-west-3", api_key: "bedrock-api-key-0123456789" }, "AWS_BEARER_TOKEN_BEDROCK"],
  ])("a refusal names the variable of the key that was used", async (account, variable) => {
    const message = `The security token included in the request is invalid. ${SECRET}`;
    const fetch = async () => Response.json({ message }, { status: 403 });
    const error = await failureOf(createAmazonBedrock({ ...account, fetch }).complete(request));
    expect(error).toMatchObject({ reason: "authentication", status: 403, retryable: false });
    expect(error.message).toStartWith(`Amazon Bedrock refused the key in ${variable} with HTTP 403: `);
    expect(error.message.includes(SECRET)).toBe(account.secret_access_key === undefined);
  });
});

describe("what it cannot do", () => {
  test("is left out with a warning", async () => {
    const { completion, body } = await sent(SIGNED, {
      seed: 7,
      top_logprobs: 1,
      response_format: { type: "json_object" },
    });
    expect(completion.warnings).toEqual([
      "seed: not supported by Amazon Bedrock, left out",
      "response_format json_object: not supported by Amazon Bedrock, left out",
      "top_logprobs: not supported by Amazon Bedrock, left out",
    ]);
    expect(JSON.stringify(body)).not.toMatch(/seed|logprobs|json/i);
  });

  test("a temperature beyond 1 is refused, not lowered", async () => {
    const error = await failureOf(sent(SIGNED, { temperature: 1.01 }));
    expect(error).toMatchObject({ provider: "amazon-bedrock", reason: "invalid_request" });
  });
});

describe("its binary stream", () => {
  const begun = [
    toBedrockEvent("messageStart", { role: "assistant" }),
    toBedrockEvent("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "word" } }),
  ];
  const streamed = (...messages: Uint8Array[]) => {
    const headers = { "content-type": "application/vnd.amazon.eventstream" };
    const fetch = async () => new Response(Buffer.concat(messages), { headers });
    const { stream } = createAmazonBedrock({ ...SIGNED, fetch });
    if (!stream) throw new Error("Bedrock streams");
    return readDeltas(stream(request));
  };

  test.each([
    ["throttlingException", "rate_limited", true],
    ["serviceUnavailableException", "overloaded", true],
    ["modelStreamErrorException", "server_error", true],
    ["internalServerException", "server_error", true],
    ["validationException", "invalid_request", false],
  ])("an exception in its middle, %s, is %s", async (type, reason, retryable) => {
    const { texts, completion, error } = await streamed(...begun, toBedrockException(type, "no more"));
    expect(texts).toEqual(["word"]);
    expect(completion).toBeNull();
    expect(error).toMatchObject({ reason, retryable });
    expect(error?.message).toContain("no more");
  });

  test("cut in the middle of a message is no answer", async () => {
    const end = toBedrockEvent("messageStop", { stopReason: "end_turn" });
    const { texts, completion, error } = await streamed(...begun, end.slice(0, end.length - 5));
    expect(texts).toEqual(["word"]);
    expect(completion).toBeNull();
    expect(error).toMatchObject({ reason: "invalid_response" });
  });

  test("with a damaged message is no answer", async () => {
    const damaged = toBedrockEvent("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "more" } });
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 255;
    const { completion, error } = await streamed(...begun, damaged);
    expect(completion).toBeNull();
    expect(error).toMatchObject({ reason: "invalid_response" });
  });

  test("that ends before its usage has an answer, and no usage", async () => {
    const { completion } = await streamed(
      ...begun,
      toBedrockEvent("messageStop", { stopReason: "end_turn" }),
    );
    expect(completion).toMatchObject({ text: "word", finish_reason: "stop", usage: null });
  });
});
