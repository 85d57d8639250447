import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ENDPOINTS, type Endpoint, methodOf, pathOf, VALID } from "../../support/server/endpoints.ts";
import { type Code, type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { type Sent, startServer, type TestServer } from "../../support/server/index.ts";
import { sendRaw } from "../../support/server/raw-http.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const MEGABYTE = 1024 * 1024;
const TAKING = Object.entries(ENDPOINTS).filter(([, { body }]) => body);
const COMPLETION = JSON.stringify(VALID.completion());

const send = (method: string, path: string, sent: Sent) =>
  server.request<Envelope>(method, path, { token: server.token, ...sent });

/** Returns a text as a stream, whose length is not announced. */
function chunked(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(sent, sent + 65_536));
      sent += 65_536;
    },
  });
}

const withField = (endpoint: Endpoint, field: string): string =>
  JSON.stringify(endpoint.body?.()).replace("{", `{${field},`);

const LIMITS_MIB: Readonly<Record<string, number>> = {
  "POST /v1/evaluations/batch": 16,
  "POST /v1/completions": 16,
  "POST /v1/chat/completions": 16,
  "POST /v1/plugins": 8,
};

describe("every route that takes a body", () => {
  const deep = "[".repeat(200_000) + "]".repeat(200_000);
  /** Parts of a body rather than whole bodies, so that they fit every route. */
  const BODIES: readonly [name: string, (endpoint: Endpoint) => string | Uint8Array, fault: RegExp][] = [
    ["nothing", () => "", /^body: is required$/],
    ["an unfinished object", () => '{"name":', /^body: is not valid JSON/],
    ["text", () => "name=value", /^body: is not valid JSON/],
    ["NaN", (endpoint) => withField(endpoint, '"number":NaN'), /^body: is not valid JSON/],
    ["Infinity", (endpoint) => withField(endpoint, '"number":Infinity'), /^body: is not valid JSON/],
    ["single quotes", () => "{'name':'x'}", /^body: is not valid JSON/],
    ["a trailing comma", () => '{"name":"x",}', /^body: is not valid JSON/],
    ["null", () => "null", /^body: must be an object, not null$/],
    ["a list", () => "[]", /^body: must be an object, not a list$/],
    ["a list of objects", (endpoint) => `[${JSON.stringify(endpoint.body?.())}]`, /^body: must be an object/],
    ["a string", () => '"name"', /^body: must be an object, not a string$/],
    ["a number", () => "1", /^body: must be an object, not a number$/],
    ["true", () => "true", /^body: must be an object, not a boolean$/],
    ["lists 200,000 deep", () => deep, /^body: JSON (may be nested at most 100|is nested too) deep$/],
    [
      "a field 101 deep",
      (endpoint) => withField(endpoint, `"deep":${"[".repeat(101)}${"]".repeat(101)}`),
      /^body: JSON may be nested at most 100 deep$/,
    ],
    [
      "a prototype",
      (endpoint) => withField(endpoint, '"__proto__":{"role":"admin"}'),
      /^__proto__: is not a known field$/,
    ],
    [
      "a field twice",
      (endpoint) => withField(endpoint, '"twice":1,"twice":2'),
      /^twice: is given more than once$/,
    ],
    [
      "a field of an object twice",
      (endpoint) => withField(endpoint, '"list":[0,{"a":1,"\\u0061":2}]'),
      /^list\.1\.a: is given more than once$/,
    ],
    [
      "a constructor",
      (endpoint) => withField(endpoint, '"constructor":{"prototype":{}}'),
      /^constructor: is not a known field/,
    ],
    [
      "a field named like a method",
      (endpoint) => withField(endpoint, '"toString":1'),
      /^toString: is not a known field/,
    ],
    [
      "NUL in a name",
      (endpoint) => withField(endpoint, '"a\\u0000":1'),
      /^body: a field's name must not contain a NUL/,
    ],
    [
      "NUL in a text",
      (endpoint) => withField(endpoint, '"text":"a\\u0000b"'),
      /^text: must not contain a NUL/,
    ],
    [
      "half a surrogate pair",
      (endpoint) => withField(endpoint, '"text":"\\ud83d"'),
      /^text: must not contain half of a surrogate/,
    ],
    [
      "bytes that are not UTF-8",
      () => Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d),
      /^body: is not valid UTF-8$/,
    ],
    [
      "UTF-16",
      () => new Uint8Array(Buffer.from('\ufeff{"name":"x"}', "utf16le")),
      /^body: is not valid UTF-8$/,
    ],
  ];

  const isUnknownField = (fault: RegExp): boolean => fault.source.endsWith(": is not a known field");

  for (const [route, endpoint] of TAKING) {
    describe(route, () => {
      const call = (sent: Sent) => send(methodOf(route), pathOf(route, endpoint), sent);

      for (const [name, bodyOf, fault] of BODIES) {
        // OpenAI's clients send many fields that this server ignores.
        if (endpoint.openai && isUnknownField(fault)) continue;
        test(`400 for ${name}`, async () => {
          const answer = await call({
            headers: { "content-type": "application/json" },
            body: bodyOf(endpoint),
          });
          const { message, details } = expectRefused(answer, "BAD_REQUEST");
          expect(message).toMatch(fault);
          expect(message).toBe(`${details.field}: ${details.fault}`);
        });
      }

      test("400 for content types that are not JSON, with any content", async () => {
        const body = JSON.stringify(endpoint.body?.());
        for (const type of [
          "text/plain",
          "application/x-www-form-urlencoded",
          "application/xml",
          "json",
          "x".repeat(4000),
        ]) {
          const { details } = expectRefused(
            await call({ headers: { "content-type": type }, body }),
            "BAD_REQUEST",
          );
          expect(details.field).toBe("Content-Type");
          if (!endpoint.openai) expect(details.accepted).toContain("application/json");
        }
      });

      test("400 for a compressed body", async () => {
        const body = Bun.gzipSync(JSON.stringify(endpoint.body?.()));
        const headers = { "content-type": "application/json", "content-encoding": "gzip" };
        const { details } = expectRefused(await call({ headers, body }), "BAD_REQUEST");
        expect(details.field).toBe("Content-Encoding");
      });

      if (route === "POST /v1/datasets") return;
      const limit = (LIMITS_MIB[route] ?? 1) * MEGABYTE;
      test(`413 beyond ${limit / MEGABYTE} MiB, with and without a Content-Length`, async () => {
        const body = JSON.stringify({ text: "x".repeat(20_000_000) });
        for (const sent of [
          { body },
          { body: chunked(body), headers: { "content-type": "application/json" } },
        ]) {
          const { message, details } = expectRefused(await call(sent), "PAYLOAD_TOO_LARGE");
          expect(message).toBe(`The body may have at most ${limit} bytes.`);
          expect(details.field).toBe("body");
          if (!endpoint.openai) expect(details.maximum_bytes).toBe(limit);
        }
      });
    });
  }
});

describe("JSON is accepted", () => {
  const TYPES = [
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/vnd.api+json",
    " application/json ",
  ];
  for (const type of TYPES) {
    test(`as '${type}'`, async () => {
      expect(
        (await send("POST", "/v1/completions", { headers: { "content-type": type }, body: COMPLETION }))
          .status,
      ).toBe(201);
    });
  }

  test("in chunks of unknown length", async () => {
    const headers = { "content-type": "application/json" };
    const { status } = await send("POST", "/v1/completions", { headers, body: chunked(COMPLETION) });
    expect(status).toBe(201);
  });

  test("of a long prompt; a byte beyond 16 MiB is 413", async () => {
    const fill = (size: number) => COMPLETION.replace("What", "x".repeat(size - COMPLETION.length + 4));
    expect((await send("POST", "/v1/completions", { body: fill(3 * MEGABYTE) })).status).toBe(201);
    const beyond = fill(16 * MEGABYTE + 1);
    expectRefused(await send("POST", "/v1/completions", { body: beyond }), "PAYLOAD_TOO_LARGE");
  });

  test("with emoji and other surrogate pairs, which are returned unchanged", async () => {
    const prompt = "🦊 ünïcödé \u202e \ufeff 漢字";
    const { body } = await server.request("POST", "/v1/completions", {
      token: server.token,
      body: { ...VALID.completion(), prompt },
    });
    expect(body).toMatchObject({ text: prompt });
  });
});

describe("malformed numbers", () => {
  const NUMBERS: readonly [text: string, field: string, fault: string][] = [
    ['"temperature":1e999', "temperature", "must be a finite number"],
    ['"temperature":-1e999', "temperature", "must be a finite number"],
    ['"max_tokens":1e999', "max_tokens", "must be a whole number"],
    ['"seed":1e20', "seed", "must be at most 2147483647"],
  ];
  for (const [text, field, fault] of NUMBERS) {
    test(text, async () => {
      const body = COMPLETION.replace("{", `{${text},`);
      const { details } = expectRefused(await send("POST", "/v1/completions", { body }), "BAD_REQUEST");
      expect(details).toMatchObject({ field, fault });
    });
  }
});

describe("text that cannot be stored", () => {
  const NESTED: readonly [path: string, body: object, field: string][] = [
    [
      "/v1/completions",
      { provider: "baseline", model: "echo", messages: [{ role: "user", content: "a\0" }] },
      "messages.0.content",
    ],
    [
      "/v1/datasets",
      { name: "nul", samples: [{ input: "x", metadata: { tags: ["\0"] } }] },
      "samples.0.metadata.tags.0",
    ],
    ["/v1/users", { username: "admin\0", password: "a password of ten words" }, "username"],
  ];
  for (const [path, body, field] of NESTED) {
    test(`is refused, and the error names its field: ${field}`, async () => {
      const { details } = expectRefused(await send("POST", path, { body }), "BAD_REQUEST");
      expect(details).toEqual({ field, fault: "must not contain a NUL character" });
    });
  }

  test("a nested __proto__ is refused too, and changes no object", async () => {
    const body = '{"name":"proto","samples":[{"input":"x","metadata":{"__proto__":{"polluted":true}}}]}';
    const { details } = expectRefused(await send("POST", "/v1/datasets", { body }), "BAD_REQUEST");
    expect(details.field).toBe("samples.0.metadata.__proto__");
    expect({}).not.toHaveProperty("polluted");
  });

  test("other fields with the names of methods are ordinary data", async () => {
    const metadata = { constructor: "x", toString: 1, hasOwnProperty: null };
    const { status, body } = await server.request<{ dataset_id: string }>("POST", "/v1/datasets", {
      token: server.token,
      body: { name: "methods", samples: [{ input: "x", metadata }] },
    });
    expect(status).toBe(201);
    const { body: page } = await server.request("GET", `/v1/datasets/${body.dataset_id}/samples`, {
      token: server.token,
    });
    expect(page).toMatchObject({ items: [{ metadata }] });
  });
});

describe("forms", () => {
  const form = (...fields: [string, string | Blob][]): FormData => {
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    return data;
  };
  const file = new File(['{"input":"What is 2+2?"}\n'], "samples.jsonl");

  test("are accepted only for uploads", async () => {
    const { details } = expectRefused(
      await send("POST", "/v1/completions", {
        body: form(["provider", "baseline"], ["model", "echo"], ["prompt", "x"]),
      }),
      "BAD_REQUEST",
    );
    expect(details).toMatchObject({ field: "Content-Type", accepted: ["application/json"] });
  });

  const WRONG: readonly [name: string, FormData, field: string][] = [
    ["no name", form(["file", file]), "name"],
    ["no file", form(["name", "form"]), "samples"],
    ["text for a file", form(["name", "form"], ["file", "text"]), "file"],
    ["two files", form(["name", "form"], ["file", file], ["file", file]), "file"],
    ["a mapping that is not JSON", form(["name", "form"], ["file", file], ["mapping", "{"]), "mapping"],
    [
      "a mapping that lacks input",
      form(["name", "form"], ["file", file], ["mapping", "{}"]),
      "mapping.input",
    ],
    [
      "a column that isn't there",
      form(["name", "form"], ["file", file], ["mapping", '{"input":"inptu"}']),
      "mapping.input",
    ],
    ["an unknown format", form(["name", "form"], ["file", file], ["format", "xlsx"]), "format"],
    ["an empty file", form(["name", "form"], ["file", new File([], "empty.jsonl")]), "file"],
  ];
  for (const [name, body, field] of WRONG) {
    test(`with ${name} are 400`, async () => {
      expect(expectRefused(await send("POST", "/v1/datasets", { body }), "BAD_REQUEST").details.field).toBe(
        field,
      );
    });
  }

  test("without a boundary, or cut short, are 400", async () => {
    for (const type of [
      "multipart/form-data",
      "multipart/form-data; boundary=x",
      "Multipart/Form-Data; boundary=",
    ]) {
      const answer = await send("POST", "/v1/datasets", {
        headers: { "content-type": type },
        body: "--x\r\n",
      });
      expect(expectRefused(answer, "BAD_REQUEST").message).toBe("body: is not valid multipart/form-data");
    }
  });

  test("beyond 256 MiB are 413 as soon as their length is announced", async () => {
    const answer = await sendRaw<Envelope>(server.url, [
      "POST /v1/datasets HTTP/1.1",
      `Authorization: Bearer ${server.token}`,
      "Content-Type: multipart/form-data; boundary=x",
      `Content-Length: ${256 * MEGABYTE + 1}`,
    ]);
    expect(expectRefused(answer, "PAYLOAD_TOO_LARGE").details.maximum_bytes).toBe(256 * MEGABYTE);
  });
});

describe("a large body does no harm on a route that does not read it", () => {
  const body = "x".repeat(20_000_000);
  const WHERE: readonly [method: string, path: string, token: string | undefined, code: Code][] = [
    ["POST", "/v1/completions", undefined, "UNAUTHORIZED"],
    ["POST", "/nothing", undefined, "PAYLOAD_TOO_LARGE"],
    ["PUT", "/v1/completions", "admin", "PAYLOAD_TOO_LARGE"],
    ["DELETE", "/v1/users/1", "admin", "PAYLOAD_TOO_LARGE"],
  ];
  for (const [method, path, token, code] of WHERE) {
    test(`${method} ${path} ${token ?? "nobody"}: ${code}`, async () => {
      const sent = { body, ...(token ? { token: server.token } : {}) };
      expectRefused(await server.request<Envelope>(method, path, sent), code);
    });
  }
});
