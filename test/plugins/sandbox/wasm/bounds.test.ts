import { describe, expect, test } from "bun:test";
import { boundModule } from "../../../../src/plugins/sandbox/wasm/bounds.ts";
import { wasmBytes } from "../../../support/plugins.ts";

const PAGES = 1_024;

/** Returns how far the exported memory of a module grows, in pages. */
async function reach(bytes: Uint8Array): Promise<number> {
  const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes));
  const memory = instance.exports.memory as WebAssembly.Memory;
  let pages = memory.buffer.byteLength / 65_536;
  for (let step = 1_024; step >= 1; step /= 2) {
    try {
      while (pages < 4_096) {
        memory.grow(step);
        pages += step;
      }
    } catch {}
  }
  return pages;
}

const moduleWith = (limits: string) => wasmBytes(`(module (memory (export "memory") ${limits}))`);

describe("a memory's maximum", () => {
  test.each([
    ["without one", "1", PAGES],
    ["beyond the allowed", "1 65536", PAGES],
    ["within it", "1 17", 17],
    ["that is the first size", "1024", PAGES],
  ])("%s is set", async (_what, limits, pages) => {
    expect(await reach(boundModule(moduleWith(limits), PAGES))).toBe(pages);
  });

  test("can be lower than the server's", async () => {
    expect(await reach(boundModule(moduleWith("1"), 256))).toBe(256);
  });

  test("leaves a module that has none as it was", () => {
    const bytes = wasmBytes('(module (func (export "execute")))');
    expect(boundModule(bytes, PAGES)).toEqual(new Uint8Array(bytes));
  });
});

describe("a module is refused", () => {
  const faults: [string, Uint8Array, RegExp][] = [
    ["that is empty", new Uint8Array(), /not a WebAssembly module/],
    ["that is text", new TextEncoder().encode("export function execute() {}"), /not a WebAssembly module/],
    ["that is a component", Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), /version 1/],
    ["that is cut off", moduleWith("1").slice(0, 12), /truncated/],
    ["that begins with too much", moduleWith("1025"), /1025 pages; at most 1024/],
    ["whose memory is shared", wasmBytes("(module (memory 1 2 shared))"), /shared or has 64-bit addresses/],
    ["whose memory has 64 bits", wasmBytes("(module (memory i64 1))"), /64-bit/],
    ["with two memories", wasmBytes("(module (memory 1) (memory 1))"), /more than one memory/],
    ["with a huge table", wasmBytes("(module (table 70000 funcref))"), /70000 entries/],
    [
      "with arrays in the host's heap",
      wasmBytes(
        '(module (type $a (array (mut i32))) (func (export "execute") (drop (array.new_default $a (i32.const 9)))))',
      ),
      /types other than/,
    ],
    [
      "with a number that has no end",
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
      /invalid LEB128/,
    ],
  ];
  test.each(faults)("%s", (_what, bytes, message) => {
    expect(() => boundModule(bytes, PAGES)).toThrow(message);
  });
});
