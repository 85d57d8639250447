import { expect, test } from "bun:test";
import { createRandom } from "../../../src/base/random.ts";
import { ProviderError } from "../../../src/providers/provider.ts";
import { chunk, DONE, event, readBody } from "../../support/wire.ts";

const STREAMS = 2_000;
const WORDS = ["a", "Grüße ", "🌍", "\n", '"quoted" ', "日本語", "\\", "data: ", "\u2028", "[DONE]"];

/** What a random model says, and the events of its stream in a random accent. */
function randomStream(seed: number) {
  const random = createRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const chance = (share: number) => random() < share;
  const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;

  const noise = (): string =>
    chance(0.6)
      ? ""
      : oneOf([
          ": keep-alive\n\n",
          event("null"),
          event({ type: "vendor_event", usage: null }),
          event({ choices: [], usage: null }),
          event({ choices: [{ index: 1, delta: { content: "XX" }, finish_reason: "length" }] }),
          "event: ping\ndata:\n\n",
          "id: 7\nretry: 3\n\n",
        ]);

  const said = Array.from({ length: below(8) }, () => oneOf(WORDS));
  const thought = Array.from({ length: below(3) }, () => oneOf(WORDS));
  const calls = Array.from({ length: chance(0.4) ? 1 + below(3) : 0 }, (_, index) => ({
    id: `call_${index}`,
    name: oneOf(["look", "now"]),
    arguments: oneOf(["{}", '{"a":"x"}', '{"b":[1,{"c":"🌍"}]}']),
  }));
  const has_index = chance(0.7);
  const callPieces = calls.flatMap(({ id, name, arguments: args }, position) => {
    const index = has_index ? { index: position } : {};
    const cut = below(args.length + 1);
    const first = { ...index, id, type: "function", function: { name, arguments: args.slice(0, cut) } };
    const repeated = chance(0.3) ? { id } : {};
    return [first, { ...index, ...repeated, function: { arguments: args.slice(cut) } }];
  });
  const reasoning = oneOf(["reasoning_content", "reasoning", "thinking"]);
  const usage = { prompt_tokens: 1 + below(1000), completion_tokens: 1 + below(1000) };
  const usage_place = oneOf(["last", "own", "first"]);
  const at = (place: string) => (usage_place === place ? { usage } : {});
  const events = [
    chunk({ role: "assistant", content: oneOf(["", null]) }, null, at("first")),
    ...thought.map((text) => chunk({ [reasoning]: text })),
    ...said.map((text) =>
      chunk({ content: chance(0.2) ? [{ type: "text", text }] : text }, oneOf([null, ""]) as null),
    ),
    ...callPieces.map((piece) => chunk({ tool_calls: [piece] })),
    chunk({}, calls.length > 0 ? "tool_calls" : "stop", at("last")),
    ...(usage_place === "own" ? [{ choices: [], usage }] : []),
  ].map((value) => noise() + event(value) + noise());
  const line_end = oneOf(["\n", "\r\n", "\r"]);
  const inPieces = (body: string): string[] => {
    const pieces: string[] = [];
    for (let start = 0; start < body.length; ) {
      const size = 1 + below(chance(0.5) ? 10 : 400);
      pieces.push(body.slice(start, start + size));
      start += size;
    }
    return pieces;
  };
  const accented = (parts: readonly string[]) => inPieces(parts.join("").replaceAll("\n", line_end));
  return {
    said: said.join(""),
    thought: thought.join(""),
    calls,
    usage,
    events,
    accented,
    random: { below, chance },
  };
}

test(`${STREAMS} random streams say what their models said, and a cut one says nothing whole`, () => {
  for (let seed = 1; seed <= STREAMS; seed++) {
    const { said, thought, calls, usage, events, accented, random } = randomStream(seed);
    const { completion, deltas } = readBody(accented([...events, random.chance(0.8) ? DONE : ""]));
    const texts = deltas.flatMap((delta) => (delta.type === "text" ? [delta.text] : []));
    const found = {
      text: completion.text,
      streamed: texts.join(""),
      thought: completion.reasoning_content ?? "",
      calls: (completion.tool_calls ?? []).map(({ id, function: call }) => ({ id, ...call })),
      read: completion.usage?.prompt_tokens,
      written: completion.usage?.completion_tokens,
    };
    expect({ seed, ...found }).toEqual({
      seed,
      text: said,
      streamed: said,
      thought,
      calls,
      read: usage.prompt_tokens,
      written: usage.completion_tokens,
    });
    // The same cut off before the finish reason, with and without a clean end.
    const finish = events.findIndex((text) => /"finish_reason":"(?:stop|tool_calls)"/.test(text));
    const cut = events.slice(0, random.below(finish + 1));
    expect(() => readBody(accented([...cut, random.chance(0.5) ? DONE : ""]))).toThrow(ProviderError);
  }
});
