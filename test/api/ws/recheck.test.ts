import { expect, test } from "bun:test";
import { checkAll, coalesce } from "../../../src/api/ws/recheck.ts";

test("calls during a run share one run that follows it", async () => {
  const releases: (() => void)[] = [];
  const run = coalesce(() => new Promise((resolve) => releases.push(resolve)));
  const calls = [run()];
  for (let call = 0; call < 100; call++) calls.push(run());
  expect(releases).toHaveLength(1);
  releases[0]?.();
  await Bun.sleep(0);
  expect(releases).toHaveLength(2);
  releases[1]?.();
  await Promise.all(calls);
  expect(releases).toHaveLength(2);
});

test("a failed run does not end the later ones", async () => {
  let runs = 0;
  const run = coalesce(async () => {
    runs++;
    await Bun.sleep(0);
    if (runs === 1) throw new Error("no database");
  });
  await expect(run()).rejects.toThrow("no database");
  await run();
  expect(runs).toBe(2);
});

test("every item is checked once, some of them at the same time", async () => {
  const checked: number[] = [];
  let open = 0;
  let most = 0;
  const items = Array.from({ length: 100 }, (_, index) => index);
  await checkAll(items, async (item) => {
    most = Math.max(most, ++open);
    await Bun.sleep(0);
    checked.push(item);
    open--;
  });
  expect(checked.toSorted((a, b) => a - b)).toEqual(items);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThan(100);
});
