import { expect, test } from "bun:test";
import { join } from "node:path";
import { createProcesses } from "../support/process.ts";

const { start } = createProcesses();
const WRITER = join(import.meta.dir, "../support/processes/log-lines.ts");

async function linesOf(level: string, fields: object = {}): Promise<Record<string, unknown>[]> {
  const writer = start([WRITER, level, JSON.stringify(fields)]);
  expect(await writer.ended()).toBe(0);
  expect(writer.output.stderr).toBe("");
  const lines = writer.output.stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line));
}

test("a line is one JSON object with time, level and message, and nothing about the machine", async () => {
  const [line] = await linesOf("info", { request_id: "r1", status: 200 });
  expect(line).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    request_id: "r1",
    status: 200,
    msg: "something happened",
  });
});

test("lines below the level are left out", async () => {
  expect((await linesOf("info")).map(({ msg }) => msg)).toEqual(["something happened", "something failed"]);
  expect((await linesOf("error")).map(({ msg }) => msg)).toEqual(["something failed"]);
  expect(await linesOf("silent")).toEqual([]);
});

test("an error has its message, stack and cause", async () => {
  const [, line] = await linesOf("info");
  expect(line).toMatchObject({
    level: 50,
    err: { type: "Error", message: expect.stringContaining("a fault") },
  });
  expect(JSON.stringify(line)).toInclude("its cause");
  expect(JSON.stringify(line)).toInclude("log-lines.ts");
});

test("secrets are struck out, down to three levels", async () => {
  const secrets = {
    password: "s3cr3t",
    token: "s3cr3t",
    key: "s3cr3t",
    api_key: "s3cr3t",
    authorization: "Bearer s3cr3t",
    "x-api-key": "s3cr3t",
    secret: "s3cr3t",
    password_hash: "s3cr3t",
  };
  const [line] = await linesOf("info", {
    ...secrets,
    body: { ...secrets, name: "kept" },
    req: { headers: secrets },
  });
  expect(JSON.stringify(line)).not.toInclude("s3cr3t");
  expect(line).toMatchObject({ password: "[Redacted]", body: { token: "[Redacted]", name: "kept" } });
  expect(line).toMatchObject({ req: { headers: { authorization: "[Redacted]" } } });
});
