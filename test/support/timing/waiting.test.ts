import { expect, test } from "bun:test";
import { waitUntil } from "./waiting.ts";

test("what comes true is waited for, asked at once or later", async () => {
  let asked = 0;
  await waitUntil(() => ++asked === 3);
  await waitUntil(async () => ++asked === 6, { poll_ms: 1 });
  expect(asked).toBe(6);
});

test("what does not come true fails after the deadline, and says which condition it was", async () => {
  const never = waitUntil(() => Number.isNaN(1), { deadline_ms: 20 });
  await expect(never).rejects.toThrow("After 0.02 s this does not hold yet: () =>");
});
