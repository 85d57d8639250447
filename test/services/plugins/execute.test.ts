import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { installPlugin } from "../../support/plugins.ts";
import { type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ plugin_workers: 2 });
});
afterAll(() => server.stop());

interface Execution {
  output: unknown;
  execution_time_ms: number;
  request_id: string;
  logs?: string[];
}

const execute = <Body = Execution>(id: string, input: object, more: object = {}) =>
  server.request<Body>("POST", `/v1/plugins/${id}/execute`, {
    token: server.token,
    body: { input, ...more },
  });
const refused = async (id: string, input: object, more: object = {}) =>
  expectRefused(await execute<Envelope>(id, input, more), "BAD_REQUEST");

describe("execute", () => {
  test("passes the input unchanged and returns the output with its time, and logs on request", async () => {
    const source =
      "export const execute = (input) => { console.log('seen', input.text); return { ...input, seen: true }; };";
    const id = await installPlugin(server, { name: "mirror" }, source);
    const { status, body } = await execute(id, { text: "Sample input", parameters: { threshold: 0.8 } });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        output: { text: "Sample input", parameters: { threshold: 0.8 }, seen: true },
        execution_time_ms: expect.any(Number),
        request_id: expect.any(String),
      },
    });
    expect((await execute(id, { text: "x" }, { logs: true })).body.logs).toEqual(["log: seen x"]);
  });

  test("checks the input against the plugin's schema, naming the fault", async () => {
    const input_schema = { type: "object", required: ["text"], properties: { text: { type: "string" } } };
    const id = await installPlugin(
      server,
      { name: "strict", input_schema },
      "export const execute = ({ text }) => text;",
    );
    const { details } = await refused(id, { text: 5 });
    expect(details).toMatchObject({
      field: "input",
      fault: "text must be string",
      reason: "input",
      plugin: id,
    });
    expect((await execute(id, { text: "fits" })).body.output).toBe("fits");
  });

  const failing: [string, string, object][] = [
    ["threw", "console.warn('before'); throw new Error('on purpose')", {}],
    ["timeout", "for (;;);", { limits: { time_ms: 100 } }],
    ["memory", "const all = []; for (;;) all.push('x'.repeat(1e6) + all.length);", {}],
    ["stack", "const deeper = () => deeper() + 1; deeper()", {}],
    ["output", "return 1", { output_schema: { type: "string" } }],
    ["output", "return { score: 2 }", { plugin_type: "evaluator" }],
    ["output", "return { score: 'high' }", { plugin_type: "evaluator" }],
    ["output", "return 'text'", { plugin_type: "transform" }],
  ];
  test.each(failing)("is 400 for a plugin that fails by %s: %s", async (reason, body, more) => {
    const name = `failing-${Bun.hash(JSON.stringify([reason, body, more])).toString(36)}`;
    const id = await installPlugin(server, { name, ...more }, `export function execute() { ${body} }`);
    const { details } = await refused(id, {}, { logs: true });
    expect(details).toMatchObject({ reason, plugin: id });
    if (reason === "threw") expect(details.logs).toEqual(["warn: before"]);
  });

  test("answers 500 requests at once", async () => {
    const id = await installPlugin(
      server,
      { name: "many" },
      "export const execute = ({ n }) => ({ n: n * 2 });",
    );
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => execute(id, { n })));
    expect(answers.map(({ body }) => body.output)).toEqual(
      Array.from({ length: 500 }, (_, n) => ({ n: n * 2 })),
    );
  }, 60_000);

  test("of a plugin that loops does not delay /health", async () => {
    const id = await installPlugin(
      server,
      { name: "looping", limits: { time_ms: 1_500 } },
      "export const execute = () => { for (;;); };",
    );
    const caught = Promise.all([refused(id, {}), refused(id, {})]);
    const health = server.request("GET", "/health");
    // Both workers are busy: /health does not wait for them.
    expect(await Promise.race([health.then(() => "health"), caught.then(() => "plugins")])).toBe("health");
    await caught;
  });
});
