import type {
  LanguageModelV4Content,
  LanguageModelV4ReasoningPart,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import { isRecord } from "../../base/json/json.ts";
import type { ReasoningDetail } from "../../domain/completions/chat.ts";
import type { AnswerChoice } from "../../domain/completions/completion.ts";

/** A block of a model's reasoning, as a package reports it. */
interface ReasoningBlock {
  text: string;
  metadata: SharedV4ProviderMetadata | undefined;
}

type Reasoning = Pick<AnswerChoice, "reasoning_content" | "reasoning_details">;

/** Returns a field of the metadata, under whichever name the package files it. */
function fieldIn(metadata: SharedV4ProviderMetadata | undefined, name: string): string | undefined {
  for (const fields of Object.values(metadata ?? {})) {
    const value = isRecord(fields) ? fields[name] : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** Returns the signature of a thought; Google has its own name for it. */
export const signatureIn = (metadata: SharedV4ProviderMetadata | undefined): string | undefined =>
  fieldIn(metadata, "signature") ?? fieldIn(metadata, "thoughtSignature");

function detailOf({ text, metadata }: ReasoningBlock, format: string | undefined): ReasoningDetail {
  const origin = format === undefined ? {} : { format };
  const data = fieldIn(metadata, "redactedData");
  if (data !== undefined) return { type: "reasoning.encrypted", data, ...origin };
  const signature = signatureIn(metadata);
  return { type: "reasoning.text", text, ...(signature === undefined ? {} : { signature }), ...origin };
}

const isSigned = ({ signature, data }: ReasoningDetail): boolean => Boolean(signature || data);

/** Returns the reasoning as text, and its parts if any of them is signed or encrypted. */
function reasoningOf(blocks: readonly ReasoningBlock[], format: string | undefined): Reasoning {
  const text = blocks.map((block) => block.text).join("");
  const details = blocks.map((block) => detailOf(block, format));
  return {
    ...(text === "" ? {} : { reasoning_content: text }),
    ...(details.some(isSigned) ? { reasoning_details: details } : {}),
  };
}

/** Returns the reasoning in a whole answer. */
export const reasoningIn = (
  content: readonly LanguageModelV4Content[],
  format: string | undefined,
): Reasoning =>
  reasoningOf(
    content.flatMap((part) =>
      part.type === "reasoning" ? [{ text: part.text, metadata: part.providerMetadata }] : [],
    ),
    format,
  );

type ReasoningStreamPart = Extract<
  LanguageModelV4StreamPart,
  { type: "reasoning-start" | "reasoning-delta" | "reasoning-end" }
>;

/** Assembles streamed reasoning. */
export function createReasoningReader(format: string | undefined) {
  const blocks = new Map<string, ReasoningBlock>();
  return {
    /** Adds a part of the stream, and returns its text. */
    read(part: ReasoningStreamPart): string {
      const { text = "", metadata } = blocks.get(part.id) ?? {};
      const delta = part.type === "reasoning-delta" ? part.delta : "";
      blocks.set(part.id, { text: text + delta, metadata: { ...metadata, ...part.providerMetadata } });
      return delta;
    },
    reasoning: (): Reasoning => reasoningOf([...blocks.values()], format),
  };
}

/** Returns one part of the reasoning in the form that the packages send; undefined if it cannot be sent. */
function toPart({ type, text, signature, data }: ReasoningDetail): LanguageModelV4ReasoningPart | undefined {
  if (type === "reasoning.encrypted" && data) {
    const redacted = { redactedData: data };
    return { type: "reasoning", text: "", providerOptions: { anthropic: redacted, bedrock: redacted } };
  }
  if (!signature) return undefined;
  const signed = { signature };
  return {
    type: "reasoning",
    text: text ?? "",
    providerOptions: { anthropic: signed, bedrock: signed, google: { thoughtSignature: signature } },
  };
}

/**
 * Returns the reasoning of an earlier turn as the packages send it back: its signed and its encrypted parts. Vendors
 * refuse unsigned thoughts, and those of another vendor.
 */
export const toReasoningParts = (
  details: readonly ReasoningDetail[] | undefined,
  format: string | undefined,
): LanguageModelV4ReasoningPart[] =>
  (details ?? []).flatMap((detail) => {
    const origin = "format" in detail ? detail.format : undefined;
    const part = origin === undefined || origin === format ? toPart(detail) : undefined;
    return part ? [part] : [];
  });
