import { newId } from "../../base/ids.ts";
import { isRecord } from "../../base/json/json.ts";
import type { ToolCall } from "../../domain/completions/chat.ts";
import type { CompletionDelta } from "../provider.ts";

type Push = (delta: CompletionDelta) => void;

interface OpenCall {
  position: number;
  id: string;
  /** Whether the id is the server's. */
  named: boolean;
  name: string;
  arguments: string;
  /** What the model needs back with the call, such as Google's signature. */
  extra_content: ToolCall["extra_content"];
  /** How much of the arguments was pushed. */
  pushed: number;
  begun: boolean;
}

/** An id as text. Some servers send a number, some the word null in later pieces. */
function idOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" && value !== "null" ? value : undefined;
}

function indexOf(value: unknown): number | undefined {
  const index = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof index === "number" && Number.isInteger(index) ? index : undefined;
}

/** Arguments as text: some servers send the object itself. */
const argumentsOf = (value: unknown): string =>
  typeof value === "string" ? value : isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : "";

function isComplete(json: string): boolean {
  try {
    return isRecord(JSON.parse(json));
  } catch {
    return false;
  }
}

/**
 * Puts tool calls together, from whole ones and from pieces. A piece belongs to the call of its id, else of its
 * `index`, else to the last one. `push` gets each piece once the call has its name.
 */
export function createToolCalls(push: Push | undefined) {
  const calls: OpenCall[] = [];
  const by_index = new Map<number, OpenCall>();

  function open(id: string | undefined): OpenCall {
    const made = {
      position: calls.length,
      id: id ?? `call_${newId().replaceAll("-", "")}`,
      named: id !== undefined,
      name: "",
      arguments: "",
      extra_content: undefined,
      pushed: 0,
      begun: false,
    };
    calls.push(made);
    return made;
  }

  /** Some servers give every call the index 0: another id with a name begins another call once the last one is whole. */
  const isAnother = (call: OpenCall, id: string | undefined, name: string): boolean =>
    name !== "" &&
    call.name !== "" &&
    (id === undefined
      ? isComplete(call.arguments)
      : call.named && id !== call.id && (call.arguments === "" || isComplete(call.arguments)));

  function callOf(index: number | undefined, id: string | undefined, name: string): OpenCall {
    const known = id === undefined ? undefined : calls.find((call) => call.id === id);
    // One id at two indices with a name each is two calls of a server that counts its ids anew.
    if (known && (index === undefined || name === "" || by_index.get(index) === known)) return known;
    const last = index === undefined ? calls.at(-1) : by_index.get(index);
    if (last && !isAnother(last, id, name) && !(index === undefined && id !== undefined && last.named))
      return last;
    const made = open(id);
    if (index !== undefined) by_index.set(index, made);
    return made;
  }

  function pushPiece(call: OpenCall): void {
    if (!push || call.name === "") return;
    const piece = call.arguments.slice(call.pushed);
    if (call.begun && piece === "") return;
    call.begun = true;
    call.pushed = call.arguments.length;
    const { position: index, id, name, extra_content } = call;
    const extra = extra_content ? { extra_content } : {};
    push({ type: "tool_call", index, id, name, arguments: piece, ...extra });
  }

  function add(call: OpenCall, item: Readonly<Record<string, unknown>>): void {
    const called = isRecord(item.function) ? item.function : {};
    if (isRecord(item.extra_content)) call.extra_content = item.extra_content;
    if (typeof called.name === "string") call.name ||= called.name;
    const piece = argumentsOf(called.arguments);
    // Blanks before the arguments would be all there is of a call without any.
    call.arguments += call.arguments === "" ? piece.trimStart() : piece;
    pushPiece(call);
  }

  return {
    /** A call of a whole answer. */
    addWhole(item: unknown): void {
      if (isRecord(item)) add(open(idOf(item.id)), item);
    },
    /** A piece of a streamed one. */
    addPiece(item: unknown): void {
      if (!isRecord(item)) return;
      const called = isRecord(item.function) ? item.function : {};
      const name = typeof called.name === "string" ? called.name : "";
      add(callOf(indexOf(item.index), idOf(item.id), name), item);
    },
    isEmpty: () => calls.length === 0,
    /** Whether a call has no name. */
    hasNameless: () => calls.some(({ name }) => name === ""),
    /**
     * The calls at the end of the answer. Those without arguments have an empty object, unless the answer was cut off:
     * then nobody knows what was to come, and a call without a name is none.
     */
    finish(is_cut: boolean): ToolCall[] {
      for (const call of calls) {
        if (call.arguments !== "" || is_cut) continue;
        call.arguments = "{}";
        pushPiece(call);
      }
      const named = calls.filter(({ name }) => name !== "");
      return named.map(({ id, name, arguments: args, extra_content }) => ({
        id,
        type: "function" as const,
        function: { name, arguments: args },
        ...(extra_content ? { extra_content } : {}),
      }));
    },
  };
}
