import type { NounTexts } from "./noun-texts.ts";

export const PLUGINS = {
  tag: "Plugins",
  description: "Code that extends the server.",
  operations: {
    installPlugin: {
      summary: "Install a plugin",
      description:
        "Takes JSON with `manifest` and `source` (an ES module) or `wasm` (WebAssembly in base64). Also takes " +
        "`multipart/form-data` with `manifest` (JSON) and `file`. The server checks the plugin before it responds. A " +
        "plugin is rejected if it does not load, or if its output for the manifest's example is wrong.\n\n" +
        "If the same content is already installed, the answer is 200. Other content under the same name and version " +
        "is a conflict.",
      answers: { 200: "The plugin that is already installed.", 201: "The installed plugin." },
    },
    listPlugins: { summary: "List plugins", answers: { 200: "One page of plugins." } },
    getPlugin: { summary: "Get a plugin", answers: { 200: "The plugin, with its manifest." } },
    updatePlugin: {
      summary: "Enable or disable a plugin",
      description: "A benchmark that already uses the plugin continues to use it.",
      answers: { 200: "The updated plugin." },
    },
    deletePlugin: {
      summary: "Delete a plugin",
      description: "A plugin that a benchmark still uses cannot be deleted before the benchmark ends.",
      answers: { 200: "The plugin is deleted." },
    },
    executePlugin: {
      summary: "Execute a plugin",
      description:
        "`input` is passed to the plugin's `execute` unchanged. The answer is 400 if the plugin throws, exceeds its " +
        "time or memory limit, or returns an output that does not match its schema. `details.reason` says which.",
      answers: { 200: "The plugin's output." },
    },
  },
} as const satisfies NounTexts;
