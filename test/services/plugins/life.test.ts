import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginRecord } from "../../../src/domain/plugin.ts";
import { createUser } from "../../support/cast.ts";
import { installPlugin, manifestOf, wasmAnswering } from "../../support/plugins.ts";
import { type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openSocket } from "../../support/server/socket.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

const ECHO = "export const execute = (input) => input;";
const tempDir = tempDirs();
const data_dir = tempDir();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ data_dir, plugin_workers: 1 });
});
afterAll(() => server.stop());

const call = <Body = PluginRecord>(method: string, path: string, body?: object, token = server.token) =>
  server.request<Body>(method, `/v1/plugins${path}`, { token, ...(body ? { body } : {}) });
const install = (given: object, source = ECHO) =>
  call("POST", "", { manifest: manifestOf({ ...given }), source });

describe("installing", () => {
  test("returns the plugin, ready, once it is checked; the same content again returns the same", async () => {
    const example = { input: { n: 1 }, output: { n: 1 } };
    const first = await install({ name: "echo", example });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      name: "echo",
      version: "1.0.0",
      plugin_type: "custom",
      status: "ready",
      language: "javascript",
      error: null,
      code_bytes: ECHO.length,
      content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      manifest: { example },
    });
    const again = await install({ name: "echo", example });
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    const { body } = await call("GET", `/${first.body.id}`);
    expect(body).toEqual(first.body);
  });

  test("other content under the same name and version is a conflict; another version is not", async () => {
    const id = await installPlugin(server, { name: "versions" }, ECHO);
    for (const answer of [
      await install({ name: "versions" }, `${ECHO} `),
      await install({ name: "versions", description: "Other." }),
    ])
      expectRefused(answer as never, "CONFLICT");
    const other = await installPlugin(server, { name: "versions", version: "1.1.0" }, ECHO);
    expect(other).not.toBe(id);
  });

  test("of the same content many times at once installs one plugin", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => install({ name: "rush" })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test("accepts WebAssembly, in JSON and as a form", async () => {
    const wasm = Buffer.from(wasmAnswering("(i32.const 7)"));
    const json = await call("POST", "", {
      manifest: manifestOf({ name: "seven", example: { input: {}, output: 7 } }),
      wasm: wasm.toString("base64"),
    });
    expect([json.status, json.body.language, json.body.code_bytes]).toEqual([201, "wasm", wasm.length]);
    const form = new FormData();
    form.set("manifest", JSON.stringify(manifestOf({ name: "seven-form" })));
    form.set("file", new File([wasm], "plugin.wasm"));
    expect(await call("POST", "", form)).toMatchObject({
      status: 201,
      body: { language: "wasm", status: "ready" },
    });
    form.set("manifest", JSON.stringify(manifestOf({ name: "text-form" })));
    form.set("file", new File([ECHO], "plugin.js"));
    expect(await call("POST", "", form)).toMatchObject({ status: 201, body: { language: "javascript" } });
  });

  const faults: [string, () => FormData, string][] = [
    ["without a manifest", () => new FormData(), "manifest"],
    ["with a manifest that is no JSON", () => with_({ manifest: "{" }), "manifest"],
    ["with a field too many", () => with_({ manifest: JSON.stringify(manifestOf()), more: "1" }), "more"],
    [
      "with a bad manifest",
      () => with_({ manifest: JSON.stringify(manifestOf({ version: "1" })) }),
      "manifest.version",
    ],
    ...[150, 20_000, 200_000].map((depth): [string, () => FormData, string] => [
      `with a manifest ${depth} deep`,
      () => with_({ manifest: withExample(`${"[".repeat(depth)}${"]".repeat(depth)}`) }),
      "manifest",
    ]),
    [
      "with NUL in its manifest",
      () => with_({ manifest: withExample('{"a":["\\u0000"]}') }),
      "manifest.example.input.a.0",
    ],
    [
      "with half a character in its manifest",
      () => with_({ manifest: JSON.stringify(manifestOf({ description: "\ud800" })) }),
      "manifest.description",
    ],
    [
      "with a prototype in its manifest",
      () => with_({ manifest: withExample('{"__proto__":{}}') }),
      "manifest.example.input.__proto__",
    ],
  ];
  function withExample(input: string): string {
    return JSON.stringify(manifestOf({ example: { input: "…", output: 1 } })).replace('"…"', input);
  }
  function with_(fields: Record<string, string>): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  }
  test.each(faults)("a form %s is refused", async (_what, make, field) => {
    const form = make();
    form.set("file", new File([ECHO], "plugin.js"));
    expect(expectRefused((await call("POST", "", form)) as never, "BAD_REQUEST").details.field).toBe(field);
  });

  test("code beyond the limit is 413", async () => {
    const answer = await install({ name: "long" }, `${ECHO}//${"x".repeat(5 * 1024 * 1024)}`);
    expectRefused(answer as never, "PAYLOAD_TOO_LARGE");
  });

  test("a plugin that loops or fails its example is refused and not stored", async () => {
    const cases: [string, object, string, string][] = [
      ["for (;;);", {}, "source", "timeout"],
      ["const all = []; for (;;) all.push('x'.repeat(1e6) + all.length);", {}, "source", "memory"],
      [
        "export const execute = () => { throw new Error('no'); };",
        { example: { input: {}, output: 1 } },
        "manifest.example",
        "threw",
      ],
      [ECHO, { plugin_type: "evaluator", example: { input: {}, output: {} } }, "manifest.example", "output"],
    ];
    for (const [source, more, field, reason] of cases) {
      const { details } = expectRefused(
        (await install({ name: "faulty", ...more }, source)) as never,
        "BAD_REQUEST",
      );
      expect(details).toMatchObject({ field, reason });
    }
    const { body } = await server.request<{ items: PluginRecord[] }>("GET", "/v1/plugins?page_size=100", {
      token: server.token,
    });
    expect(body.items.map(({ name }) => name)).not.toContain("faulty");
  }, 60_000);

  test("is for admins; executing for users, reading for viewers", async () => {
    const id = await installPlugin(server, { name: "rights" }, ECHO);
    const { token: user } = await createUser(server, "plugin-user", "user");
    const { token: viewer } = await createUser(server, "plugin-viewer", "viewer");
    expectRefused(
      (await call("POST", "", { manifest: manifestOf(), source: ECHO }, user)) as never,
      "FORBIDDEN",
    );
    expectRefused((await call("DELETE", `/${id}`, undefined, user)) as never, "FORBIDDEN");
    expect((await call("POST", `/${id}/execute`, { input: {} }, user)).status).toBe(200);
    expectRefused((await call("POST", `/${id}/execute`, { input: {} }, viewer)) as never, "FORBIDDEN");
    expect((await call("GET", `/${id}`, undefined, viewer)).status).toBe(200);
  });
});

describe("a plugin's life", () => {
  test("is published on plugin.events, including its failures", async () => {
    const socket = await openSocket(server.url, server.token);
    await socket.ask({ type: "subscribe", topics: ["plugin.events"] });
    const id = await installPlugin(server, { name: "told" }, "export const execute = ({ n }) => n.length;");
    await call("POST", `/${id}/execute`, { input: {} });
    await call("PATCH", `/${id}`, { status: "disabled" });
    await call("PATCH", `/${id}`, { status: "ready" });
    await call("DELETE", `/${id}`);
    await install({ name: "told-not" }, "export const run = 1;");
    const read = await socket.until(({ data }) => (data as { event: string }).event === "error");
    const events = read.map(({ data }) => data as { event: string; reason?: string; plugin: PluginRecord });
    expect(
      events.map(({ event, plugin, reason }) => [event, plugin.name, plugin.status, reason ?? null]),
    ).toEqual([
      ["loading", "told", "loading", null],
      ["ready", "told", "ready", null],
      ["failed", "told", "ready", "threw"],
      ["disabled", "told", "disabled", null],
      ["enabled", "told", "ready", null],
      ["removed", "told", "ready", null],
      ["loading", "told-not", "loading", null],
      ["error", "told-not", "error", null],
    ]);
    await socket.close();
  });

  test("can be interrupted: a disabled plugin is neither executed nor found as a metric", async () => {
    const source = "export const execute = () => ({ score: 1 });";
    const id = await installPlugin(server, { name: "paused", plugin_type: "evaluator" }, source);
    expect((await call("PATCH", `/${id}`, { status: "disabled" })).body.status).toBe("disabled");
    expect((await call("PATCH", `/${id}`, { status: "disabled" })).status).toBe(200);
    expectRefused((await call("POST", `/${id}/execute`, { input: {} })) as never, "CONFLICT");
    const asked = { provider: "a", model: "b", input: "i", output: "o", metrics: ["plugin:paused"] };
    expectRefused(
      await server.request<Envelope>("POST", "/v1/evaluations", { token: server.token, body: asked }),
      "CONFLICT",
    );
    expect((await call("PATCH", `/${id}`, { status: "ready" })).body.status).toBe("ready");
    expect((await call("POST", `/${id}/execute`, { input: {} })).status).toBe(200);
  });

  test("ends with its removal", async () => {
    const id = await installPlugin(server, { name: "short" }, ECHO);
    expect((await call<object>("DELETE", `/${id}`)).body).toEqual({ deleted: true });
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", ""],
    ] as const)
      expectRefused((await call(method, `/${id}${path}`)) as never, "NOT_FOUND");
    expect((await install({ name: "short" }, `${ECHO} `)).status).toBe(201);
  });

  test("outlives a restart", async () => {
    const id = await installPlugin(server, { name: "lasting" }, "export const execute = () => 'still here';");
    await server.stop();
    server = await startServer({ data_dir, plugin_workers: 1 });
    expect((await call<{ output: string }>("POST", `/${id}/execute`, { input: {} })).body.output).toBe(
      "still here",
    );
  });
});

test("plugins are installed from DATA_DIR/plugins; a faulty one has its error", async () => {
  const home = tempDir();
  const put = (folder: string, manifest: unknown, source: string) => {
    const path = join(home, "plugins", folder);
    mkdirSync(path, { recursive: true });
    writeFileSync(
      join(path, "manifest.json"),
      typeof manifest === "string" ? manifest : JSON.stringify(manifest),
    );
    writeFileSync(join(path, "plugin.js"), source);
  };
  put("good", manifestOf({ name: "good" }), ECHO);
  put("bad", manifestOf({ name: "bad" }), "export const run = 1;");
  put("broken", "{", ECHO);
  mkdirSync(join(home, "plugins", "empty"));
  const own = await startServer({ data_dir: home, plugin_workers: 1 });
  const list = async () =>
    (await own.request<{ items: PluginRecord[] }>("GET", "/v1/plugins", { token: own.token })).body.items;
  await waitUntil(async () => (await list()).some(({ status }) => status === "error"));
  await own.stop();
  // A second start keeps installed plugins, and accepts a corrected one.
  put("bad", manifestOf({ name: "bad" }), ECHO);
  const next = await startServer({ data_dir: home, plugin_workers: 1 });
  await next.server.url;
  const items = async () =>
    (await next.request<{ items: PluginRecord[] }>("GET", "/v1/plugins", { token: next.token })).body.items;
  let plugins: PluginRecord[] = [];
  // What is ready is loaded anew by and by: a later look may find it at that.
  await waitUntil(async () => {
    plugins = await items();
    return plugins.length === 2 && plugins.every(({ status }) => status === "ready");
  });
  expect(plugins.map(({ name }) => name).sort()).toEqual(["bad", "good"]);
  await next.stop();
}, 60_000);
