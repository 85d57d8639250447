import { expect, test } from "bun:test";
import { createReasoningDetails } from "../../../src/providers/answer/reasoning-details.ts";

function detailsOf(...pieces: unknown[]) {
  const details = createReasoningDetails();
  for (const piece of pieces) details.add(piece);
  return details.parts();
}

test("pieces of one index are joined; the signature may come last", () => {
  const type = "reasoning.text";
  const details: readonly object[] = detailsOf(
    [{ type, index: 0, text: "H", signature: null }],
    [{ type, index: 0, text: "m." }],
    [{ type, index: 1, text: "So" }],
    [{ type, index: 0, signature: "sig" }],
  );
  expect(details).toEqual([
    { type, index: 0, text: "Hm.", signature: "sig" },
    { type, index: 1, text: "So" },
  ]);
});

test("parts without an index stay apart, and what is no part is passed over", () => {
  const part = { type: "reasoning.encrypted", data: "x" };
  expect(detailsOf([part, part], null, "text", [1, null, {}])).toEqual([part, part]);
});
