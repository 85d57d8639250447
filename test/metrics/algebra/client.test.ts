import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createAlgebra } from "../../../src/metrics/algebra/client.ts";

setDefaultTimeout(60_000);

const same = { answer: "x+1", reference: "1+x", unordered: false };
const endless = { answer: "((x^{999})^{999})^{999}", reference: "x+1", unordered: false };

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(10);
}

describe("the process that compares formulas", () => {
  test("starts with the first comparison, and ends when idle", async () => {
    const algebra = createAlgebra(50);
    expect(algebra.pid).toBeUndefined();
    expect(await algebra.compare(same)).toEqual({ equality: "equal" });
    const { pid } = algebra;
    expect(pid).toBeGreaterThan(0);
    await until(() => algebra.pid === undefined && !isAlive(pid!));
    expect(await algebra.compare({ ...same, answer: "x+2" })).toEqual({ equality: "different" });
  });

  test("is killed when a comparison takes too long; those behind it are performed by another", async () => {
    const algebra = createAlgebra();
    await algebra.compare(same);
    const { pid } = algebra;
    const [late, next] = await Promise.all([
      algebra.compare(endless),
      algebra.compare({ ...same, reference: "\\frac{x^2-1}{x-1}" }),
    ]);
    expect(late).toEqual({ equality: "different", note: "algebra: the comparison took longer than 2 s" });
    expect(next).toEqual({ equality: "equal" });
    await until(() => !isAlive(pid!));
    expect(algebra.pid).not.toBe(pid);
  });

  test("that dies is replaced, and its comparison is performed again", async () => {
    const algebra = createAlgebra();
    await algebra.compare(same);
    const { pid } = algebra;
    const pending = algebra.compare({ ...same, answer: "x+0+1" });
    process.kill(pid!, "SIGKILL");
    expect(await pending).toEqual({ equality: "equal" });
  });

  test("performs the same comparison once", async () => {
    const algebra = createAlgebra(0);
    const verdicts = await Promise.all([algebra.compare(same), algebra.compare(same)]);
    expect(verdicts[0]).toBe(verdicts[1]!);
    await until(() => algebra.pid === undefined);
    expect(await algebra.compare(same)).toBe(verdicts[0]!);
    expect(algebra.pid).toBeUndefined();
  });
});
