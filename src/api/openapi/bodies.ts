import { ColumnMapping, CreateDataset, DATASET_NAME_PATTERN } from "../../domain/dataset.ts";
import { InstallPlugin, PluginManifest } from "../../domain/plugin.ts";

const FILE = { type: "string", format: "binary" };

/** The body of POST /v1/datasets. The route reads it itself, because it has two forms. */
export const DATASET_BODY = {
  required: true,
  content: {
    "application/json": { schema: CreateDataset },
    "multipart/form-data": {
      schema: {
        type: "object",
        required: ["file", "name"],
        properties: {
          file: { ...FILE, description: "A JSON Lines, CSV or Parquet file." },
          name: { type: "string", pattern: DATASET_NAME_PATTERN },
          format: {
            type: "string",
            enum: ["jsonl", "csv", "parquet"],
            description: "The file's format. By default, its name determines it.",
          },
          mapping: {
            type: "string",
            contentMediaType: "application/json",
            contentSchema: ColumnMapping,
            description:
              'The file\'s column for each field, as JSON: `{"input": "question", "expected": "answer"}`.',
          },
          shots: { ...FILE, description: "A file of solved examples, in the same format." },
        },
      },
    },
  },
};

/** The body of POST /v1/plugins. The route reads it itself, because it has two forms. */
export const PLUGIN_BODY = {
  required: true,
  content: {
    "application/json": { schema: InstallPlugin },
    "multipart/form-data": {
      schema: {
        type: "object",
        required: ["manifest", "file"],
        properties: {
          manifest: {
            type: "string",
            contentMediaType: "application/json",
            contentSchema: PluginManifest,
            description: "The plugin's manifest, as JSON.",
          },
          file: { ...FILE, description: "The plugin's code: an ES module or a WebAssembly module." },
        },
      },
    },
  },
};

/** The content of a streamed answer. */
export const EVENT_STREAM = { "text/event-stream": { schema: { type: "string" } } };
