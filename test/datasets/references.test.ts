import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createAsking } from "../../src/datasets/asking.ts";
import { hubDatasets } from "../../src/datasets/hub-datasets.ts";
import { readOutput } from "../../src/datasets/protocols/protocol.ts";
import type { Message } from "../../src/domain/completions/chat.ts";
import type { Sample } from "../../src/domain/dataset.ts";
import { samplesOfRecords } from "../support/hub/rows.ts";

/**
 * What the references made of the rows: prompts, and of outputs the answers that they score. Each file names under
 * `sources` the code that was run, with its version, and under `data` where the rows are from.
 */
interface Reference {
  sources: Record<string, string>;
  samples: Record<string, unknown>[];
  shots?: Record<string, unknown>[];
  /** The right letters, if the reference gives them. */
  expected?: string[];
  prompts: Record<string, Message[][]>;
  answers?: Record<string, [output: string, answer: string | null][]>;
}

const referenceOf = async (name: string): Promise<Reference> =>
  (await Bun.file(join(import.meta.dir, "references", `${name}.json`)).json()) as Reference;

describe.each(hubDatasets.map((set) => [set.name, set] as const))("%s", async (name, set) => {
  const reference = await referenceOf(name);
  const samples = samplesOfRecords(set, reference.samples);
  const pool: Sample[] = reference.shots ? samplesOfRecords(set, reference.shots) : [];

  test("has a reference for each of its protocols", () => {
    const names = set.protocols.map((protocol) => protocol.name).sort();
    expect(Object.keys(reference.prompts).sort()).toEqual(names);
    expect(Object.keys(reference.sources).sort()).toEqual(names);
  });

  test("expects the answer that its rows mark as right", () => {
    const { expected } = reference;
    if (expected)
      expect(samples.map((sample) => sample.expected)).toEqual(expected.map((letter) => [letter]));
    else expect(samples.every((sample) => sample.expected?.length === 1)).toBe(true);
  });

  describe.each(set.protocols.map((protocol) => [protocol.name, protocol] as const))(
    "asked by %s",
    (protocolName, protocol) => {
      test("gives the reference's prompts, byte for byte", () => {
        const asking = createAsking(protocol, pool);
        const prompts = samples.map((sample, position) => asking(sample, position).messages);
        expect(prompts).toHaveLength(3);
        expect(prompts).toEqual(reference.prompts[protocolName] ?? []);
      });

      const answers = reference.answers?.[protocolName] ?? [];
      test.each(answers)("reads %j as the reference does", (output, answer) => {
        // Rows with ten choices have all the letters that the outputs name.
        const sample = samples.toSorted((left, right) => count(right) - count(left))[0] as Sample;
        expect(readOutput(protocol, output, sample).answer).toBe(answer);
      });
    },
  );
});

const count = ({ choices = [] }: Sample): number => choices.length;
