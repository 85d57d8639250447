import { isRecord } from "../../base/json/json.ts";
import type { ReasoningDetail } from "../../domain/completions/chat.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a part that a stream sends piece by piece. */
const PIECEWISE = ["text", "summary", "data"] as const;

const isDetail = (value: unknown): value is ReasoningDetail & Fields =>
  isRecord(value) && typeof value.type === "string";

/** Whether a piece continues the part before it: the same kind at the same index. */
const continues = (part: Fields, piece: Fields): boolean =>
  part.type === piece.type && typeof piece.index === "number" && part.index === piece.index;

function joined(part: ReasoningDetail & Fields, piece: ReasoningDetail & Fields): ReasoningDetail & Fields {
  const given = Object.entries(piece).filter(([, value]) => value !== null && value !== undefined);
  const whole = { ...part, ...Object.fromEntries(given) };
  for (const name of PIECEWISE) {
    const [before, more] = [part[name], piece[name]];
    if (typeof before === "string" && typeof more === "string") whole[name] = before + more;
  }
  return whole;
}

/** Assembles `reasoning_details` (OpenRouter), whole or from the pieces of a stream. */
export function createReasoningDetails() {
  const parts: (ReasoningDetail & Fields)[] = [];
  return {
    add(value: unknown): void {
      if (!Array.isArray(value)) return;
      for (const piece of value.filter(isDetail)) {
        const index = parts.findLastIndex((part) => continues(part, piece));
        const known = parts[index];
        if (known) parts[index] = joined(known, piece);
        else parts.push(piece);
      }
    },
    parts: (): readonly ReasoningDetail[] => parts,
  };
}
