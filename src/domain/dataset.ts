import { type Static, t } from "elysia";
import { Id, Integer, Nullable, TEXT_MAX, Text, Timestamp } from "./fields.ts";

export const CHOICES_MAX = 26;
export const SAMPLES_MAX = 5_000_000;

/** A dataset's name; a slash is kept for `name/group`, a question mark for a generated set's settings. */
export const DATASET_NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";
export const DatasetName = t.String({
  pattern: DATASET_NAME_PATTERN,
  description: "1 to 100 letters, digits, dots, underscores or dashes, beginning with a letter or digit",
});

const SampleText = t.String({ maxLength: TEXT_MAX });
const References = t.Array(SampleText, { minItems: 1, maxItems: 100 });

/** A sample as a caller sends it: `expected` may be an index or letter of a choice, or text. */
export const SampleInput = t.Object(
  {
    id: t.Optional(t.Union([t.String({ minLength: 1, maxLength: 200 }), Integer()])),
    input: Text,
    choices: t.Optional(t.Array(SampleText, { minItems: 2, maxItems: CHOICES_MAX })),
    expected: t.Optional(t.Union([SampleText, t.Number(), References])),
    context: t.Optional(t.Union([SampleText, t.Array(SampleText, { maxItems: 1000 })])),
    group: t.Optional(t.String({ minLength: 1, maxLength: 200 })),
    metadata: t.Optional(t.Record(t.String(), t.Unknown())),
  },
  { additionalProperties: false },
);
export type SampleInput = Static<typeof SampleInput>;

/**
 * A sample as it is stored. `expected` holds the accepted references; of a multiple-choice sample,
 * the one letter of the right choice (A is the first).
 */
export const Sample = t.Object({
  id: t.String(),
  input: t.String(),
  choices: t.Optional(t.Array(t.String())),
  expected: t.Optional(t.Array(t.String())),
  context: t.Optional(t.Array(t.String())),
  group: t.Optional(t.String()),
  metadata: t.Optional(t.Record(t.String(), t.Unknown())),
});
export type Sample = Static<typeof Sample>;

export const EXPECTED_FORMS = ["index", "letter", "text"] as const;
export type ExpectedForm = (typeof EXPECTED_FORMS)[number];

const Column = t.String({ minLength: 1, maxLength: 200 });

/** Which columns of a file are what. `choices` is one list column or several plain ones. */
export const ColumnMapping = t.Object(
  {
    id: t.Optional(Column),
    input: Column,
    choices: t.Optional(t.Union([Column, t.Array(Column, { minItems: 2, maxItems: CHOICES_MAX })])),
    expected: t.Optional(Column),
    expected_as: t.Optional(t.Union(EXPECTED_FORMS.map((form) => t.Literal(form)))),
    context: t.Optional(t.Union([Column, t.Array(Column, { minItems: 1, maxItems: 20 })])),
    group: t.Optional(Column),
  },
  { additionalProperties: false },
);
export type ColumnMapping = Static<typeof ColumnMapping>;

/** What an unmapped file's columns mean: the fields of a sample by their own names. */
export const OWN_COLUMNS = ["id", "input", "choices", "expected", "context", "group"] as const;

export const FILE_FORMATS = ["jsonl", "csv", "parquet"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export const CreateDataset = t.Object(
  {
    name: DatasetName,
    samples: t.Array(SampleInput, { minItems: 1 }),
    shots: t.Optional(
      t.Array(SampleInput, { minItems: 1, description: "Solved examples, for prompts that show some." }),
    ),
    expected_as: t.Optional(t.Union(EXPECTED_FORMS.map((form) => t.Literal(form)))),
  },
  { additionalProperties: false },
);
export type CreateDataset = Static<typeof CreateDataset>;

/** How samples become prompts and outputs answers, as a catalogue tells it. */
export const ProtocolListing = t.Object({
  name: t.String(),
  description: t.String(),
  source: t.String({ description: "Whose form it is, and where that is written." }),
});
export type ProtocolListing = Static<typeof ProtocolListing>;

/** Where a dataset stands: `available` can be made or fetched, `ready` is stored. */
const DATASET_STATUSES = ["available", "downloading", "ready", "failed"] as const;
export type DatasetStatus = (typeof DATASET_STATUSES)[number];
export const DatasetStatusName = t.Union(DATASET_STATUSES.map((status) => t.Literal(status)));

/** Solved examples that stand beside the samples, for prompts that show some. */
export const Shots = t.Object({
  count: Integer(),
  content_hash: t.String({ description: "SHA-256 over the examples in canonical JSON, in order." }),
});
export type Shots = Static<typeof Shots>;

export const DatasetNameParams = t.Object({
  name: t.String({ minLength: 1, maxLength: 300, description: "A dataset's name, such as mmlu." }),
});

const DATASET_SOURCES = ["builtin", "hub", "upload"] as const;
export const Dataset = t.Object({
  dataset_id: Id,
  name: t.String(),
  samples: Integer(),
  fields: t.Object(
    { choices: Integer(), expected: Integer(), context: Integer(), group: Integer() },
    { description: "How many samples have each of the optional fields." },
  ),
  content_hash: t.String({ description: "SHA-256 over the samples in canonical JSON, in order." }),
  source: t.Union(DATASET_SOURCES.map((source) => t.Literal(source))),
  shots: Nullable(Shots),
  revision: Nullable(t.String({ description: "Of the hub's repository: a commit, or a branch's name." })),
  choice_seed: Nullable(Integer({ description: "Choices were put in an order of this seed's." })),
  created_by: t.String(),
  created_at: Timestamp,
});
export type Dataset = Static<typeof Dataset>;

/** A line of `GET /v1/datasets`: what is stored, and what can be made or fetched by name. */
export const DatasetListing = t.Object({
  name: t.String(),
  dataset_id: Nullable(Id),
  samples: Nullable(Integer()),
  content_hash: Nullable(t.String()),
  source: t.Union(DATASET_SOURCES.map((source) => t.Literal(source))),
  description: t.String(),
  license: Nullable(t.String()),
  homepage: Nullable(t.String({ description: "Where it is fetched from." })),
  revision: Nullable(t.String()),
  shots: Nullable(Integer({ description: "How many solved examples stand beside the samples." })),
  status: DatasetStatusName,
  progress: Nullable(t.Number({ minimum: 0, maximum: 1, description: "Of a download whose size is known." })),
  error: Nullable(t.String({ description: "Why the last download failed." })),
  protocols: t.Array(ProtocolListing, {
    description: "What a benchmark may name; the first is its default.",
  }),
  created_at: Nullable(Timestamp),
});
export type DatasetListing = Static<typeof DatasetListing>;

export const letterOf = (index: number): string => String.fromCharCode(65 + index);
export const indexOfLetter = (letter: string): number => letter.toUpperCase().charCodeAt(0) - 65;
