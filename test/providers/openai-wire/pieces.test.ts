import { describe, expect, test } from "bun:test";
import { createPieces, type PieceFeed } from "../../../src/providers/openai-wire/pieces.ts";
import type { CompletionDelta } from "../../../src/providers/provider.ts";

const text = (word: string): CompletionDelta => ({ type: "text", text: word });
type Step = CompletionDelta[] | Error;

/** Pieces of a feed that pushes each step's deltas at one reading, and ends with the last or fails. */
function piecesOf(steps: Step[], opening?: Error) {
  const seen = { opened: 0, closed: 0 };
  const pieces = createPieces(
    (push): PieceFeed => ({
      async open() {
        seen.opened++;
        if (opening) throw opening;
      },
      async more() {
        const step = steps.shift();
        if (step instanceof Error) throw step;
        for (const delta of step ?? []) push(delta);
        return steps.length === 0;
      },
      close: () => void seen.closed++,
      failureOf: (error) => new Error(`told: ${error instanceof Error ? error.message : error}`),
    }),
  );
  return { pieces, seen };
}

async function readAll(pieces: AsyncIterable<CompletionDelta>) {
  const words: string[] = [];
  try {
    for await (const delta of pieces) words.push(delta.type === "text" ? delta.text : delta.type);
  } catch (error) {
    words.push(error instanceof Error ? error.message : String(error));
  }
  return words;
}

describe("pieces", () => {
  test("come in order, however many are pushed at once", async () => {
    const { pieces, seen } = piecesOf([[text("a"), text("b")], [], [], [text("c")]]);
    expect(seen.opened).toBe(0);
    expect(await readAll(pieces)).toEqual(["a", "b", "c"]);
    expect(seen).toEqual({ opened: 1, closed: 0 });
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  });

  test("that came before a failure are read before it is told, once", async () => {
    const { pieces, seen } = piecesOf([[text("a"), text("b")], new Error("cut"), []]);
    expect(await readAll(pieces)).toEqual(["a", "b", "told: cut"]);
    expect(seen.closed).toBe(1);
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  });

  test("fail if the call can't be opened", async () => {
    const { pieces, seen } = piecesOf([[text("a")]], new Error("refused"));
    expect(await readAll(pieces)).toEqual(["told: refused"]);
    expect(seen.closed).toBe(1);
  });

  test("end, and hang up, when the reader leaves", async () => {
    const { pieces, seen } = piecesOf([[text("a"), text("b")], [text("c")]]);
    for await (const delta of pieces) {
      expect(delta).toEqual(text("a"));
      break;
    }
    expect(seen.closed).toBe(1);
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  });

  test("that are all read leave nothing to hang up on", async () => {
    const { pieces, seen } = piecesOf([[text("a")]]);
    await readAll(pieces);
    await pieces.return?.();
    expect(seen.closed).toBe(0);
  });
});
