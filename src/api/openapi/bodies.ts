import { ColumnMapping, CreateDataset, DATASET_NAME_PATTERN } from "../../domain/dataset.ts";
import { InstallPlugin, PluginManifest } from "../../domain/plugin.ts";

const FILE = { type: "string", format: "binary" };

/** The body of POST /v1/datasets, which the route itself reads because it has two forms. */
export const DATASET_BODY = {
  required: true,
  content: {
    "application/json": { schema: CreateDataset },
    "multipart/form-data": {
      schema: {
        type: "object",
        required: ["file", "name"],
        properties: {
          file: { ...FILE, description: "JSON Lines, CSV or Parquet." },
          name: { type: "string", pattern: DATASET_NAME_PATTERN },
          format: {
            type: "string",
            enum: ["jsonl", "csv", "parquet"],
            description: "Else the file's name tells it.",
          },
          mapping: {
            type: "string",
            contentMediaType: "application/json",
            contentSchema: ColumnMapping,
            description: 'Which columns are what, as JSON: `{"input": "question", "expected": "answer"}`.',
          },
          shots: { ...FILE, description: "Solved examples, in the same form." },
        },
      },
    },
  },
};

/** The body of POST /v1/plugins, likewise. */
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
            description: "The manifest, as JSON.",
          },
          file: { ...FILE, description: "An ES module, or a WebAssembly module." },
        },
      },
    },
  },
};

const EVENTS = { "text/event-stream": { schema: { type: "string" } } };

/** What POST /v1/completions answers where its body says `stream`. */
export const COMPLETION_STREAM = {
  description:
    "With `stream`: `delta` events with a `text` each, then `done` with the completion, or `error`.",
  content: EVENTS,
};

/** The other form of what POST /v1/chat/completions answers. */
export const CHAT_STREAM = EVENTS;
