import { type Static, t } from "elysia";
import { AnswerPattern } from "./answers/answer-pattern.ts";
import { Id, Integer, Nullable, TEXT_MAX, Text, Timestamp } from "./fields.ts";
import { LISTED_BYTES_MAX } from "./page.ts";

export const CHOICES_MAX = 26;
export const SAMPLES_MAX = 5_000_000;

/**
 * A dataset's name. It excludes the slash, which separates name and group (`mmlu/anatomy`), and the question mark,
 * which precedes the settings of a generated dataset (`arithmetic?size=50`).
 */
export const DATASET_NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";
export const DatasetName = t.String({
  pattern: DATASET_NAME_PATTERN,
  description: "1 to 100 letters, digits, dots, underscores or dashes, starting with a letter or digit",
});

const SampleText = t.String({ maxLength: TEXT_MAX });
const References = t.Array(SampleText, { minItems: 1, maxItems: 100 });

/** A sample as a caller sends it. `expected` may be text, or the index or letter of a choice. */
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
 * A sample as it is stored. `expected` holds the accepted references. For a multiple-choice sample it holds only the
 * letter of the correct choice (A is the first).
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

/** The fields that a list leaves out if they are long. */
export const LONG_SAMPLE_FIELDS = ["input", "choices", "expected", "context", "metadata"] as const;

const { input, choices, expected, context, metadata } = Sample.properties;

/**
 * A sample in a list. Long fields are null and named in `left_out`; `GET /v1/datasets/:id/samples/:sample_id` returns
 * them.
 */
export const SampleListing = t.Object({
  ...Sample.properties,
  input: Nullable(input),
  choices: t.Optional(Nullable(choices)),
  expected: t.Optional(Nullable(expected)),
  context: t.Optional(Nullable(context)),
  metadata: t.Optional(Nullable(metadata)),
  left_out: t.Array(t.Union(LONG_SAMPLE_FIELDS.map((field) => t.Literal(field))), {
    description: `Fields of more than ${LISTED_BYTES_MAX} bytes, which are null here. GET /v1/datasets/{id}/samples/{sample_id} returns them.`,
  }),
});
export type SampleListing = Static<typeof SampleListing>;

export const SampleParams = t.Object({
  id: Id,
  sample_id: t.String({ minLength: 1, maxLength: 200, description: "A sample's id." }),
});

export const EXPECTED_FORMS = ["index", "letter", "text"] as const;
export type ExpectedForm = (typeof EXPECTED_FORMS)[number];

const Column = t.String({ minLength: 1, maxLength: 200 });

/** Names the columns of a file that hold the fields of a sample. `choices` is one column of lists, or several columns. */
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

/** The columns that are read from a file without a mapping: they have the names of a sample's fields. */
export const SAMPLE_COLUMNS = ["id", "input", "choices", "expected", "context", "group"] as const;

export const FILE_FORMATS = ["jsonl", "csv", "parquet"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

const datasetOf = <Item extends typeof SampleInput | ReturnType<typeof t.Unknown>>(item: Item) =>
  t.Object(
    {
      name: DatasetName,
      samples: t.Array(item, { minItems: 1 }),
      shots: t.Optional(t.Array(item, { minItems: 1, description: "Solved examples for few-shot prompts." })),
      expected_as: t.Optional(t.Union(EXPECTED_FORMS.map((form) => t.Literal(form)))),
      answer_pattern: t.Optional(AnswerPattern),
    },
    { additionalProperties: false },
  );

export const CreateDataset = datasetOf(SampleInput);

/** A dataset whose samples are not checked yet. */
export const UncheckedDataset = datasetOf(t.Unknown());
export type CreateDataset = Static<typeof CreateDataset>;

/** A protocol in the list of datasets: it turns samples into prompts, and outputs into answers. */
export const ProtocolListing = t.Object({
  name: t.String(),
  description: t.String(),
  source: t.String({ description: "The origin of the protocol, and where it is published." }),
});
export type ProtocolListing = Static<typeof ProtocolListing>;

/** `available`: the dataset can be generated or fetched. `ready`: it is stored. */
const DATASET_STATUSES = ["available", "downloading", "ready", "failed"] as const;
export type DatasetStatus = (typeof DATASET_STATUSES)[number];
export const DatasetStatusName = t.Union(DATASET_STATUSES.map((status) => t.Literal(status)));

/** The solved examples of a dataset, for few-shot prompts. */
export const Shots = t.Object({
  count: Integer(),
  content_hash: t.String({ description: "SHA-256 of the examples in canonical JSON, in order." }),
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
    { description: "The number of samples that have each optional field." },
  ),
  content_hash: t.String({ description: "SHA-256 of the samples in canonical JSON, in order." }),
  source: t.Union(DATASET_SOURCES.map((source) => t.Literal(source))),
  shots: Nullable(Shots),
  revision: Nullable(t.String({ description: "The commit or branch of the repository on the hub." })),
  choice_seed: Nullable(Integer({ description: "The seed with which the choices were shuffled." })),
  answer_pattern: Nullable(AnswerPattern),
  created_by: t.String(),
  created_at: Timestamp,
});
export type Dataset = Static<typeof Dataset>;

/** An item of `GET /v1/datasets`: a stored dataset, or one that can be generated or fetched by name. */
export const DatasetListing = t.Object({
  name: t.String(),
  dataset_id: Nullable(Id),
  samples: Nullable(Integer()),
  content_hash: Nullable(t.String()),
  source: t.Union(DATASET_SOURCES.map((source) => t.Literal(source))),
  description: t.String(),
  license: Nullable(t.String()),
  homepage: Nullable(t.String({ description: "The page of the repository that it is fetched from." })),
  revision: Nullable(t.String()),
  shots: Nullable(Integer({ description: "The number of solved examples." })),
  status: DatasetStatusName,
  progress: Nullable(
    t.Number({ minimum: 0, maximum: 1, description: "Progress of the download, if its size is known." }),
  ),
  error: Nullable(t.String({ description: "Why the last download failed." })),
  protocols: t.Array(ProtocolListing, {
    description: "The protocols that a benchmark may choose. The first is the default.",
  }),
  created_at: Nullable(Timestamp),
});
export type DatasetListing = Static<typeof DatasetListing>;
