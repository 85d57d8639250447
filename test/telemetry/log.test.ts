import { expect, test } from "bun:test";
import { processScript } from "../support/paths.ts";
import { createProcesses } from "../support/server/process.ts";

const { start } = createProcesses();
const WRITER = processScript("log-lines");

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
  const messagesAt = async (level: string) => new Set((await linesOf(level)).map(({ msg }) => msg));
  expect(await messagesAt("info")).toEqual(new Set(["something happened", "something failed"]));
  expect(await messagesAt("error")).toEqual(new Set(["something failed"]));
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

test("an error's properties are left out: those of an upstream failure hold prompts and headers", async () => {
  const [, , line] = await linesOf("info");
  expect(line).toMatchObject({ err: { type: "UpstreamError", message: "refused" } });
  expect(JSON.stringify(line)).not.toInclude("s3cr3t");
});

test("a failed SQL statement is logged without its values", async () => {
  const [, , , line] = await linesOf("info");
  expect(line).toMatchObject({ err: { message: "Failed query: insert into users values (?)" } });
  expect(JSON.stringify(line)).not.toInclude("s3cr3t");
});

test("a thrown value that is no error is logged as text", async () => {
  const [, , , , line] = await linesOf("info");
  expect(line).toMatchObject({ err: { type: "string", message: "just a text" } });
});
