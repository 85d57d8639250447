import { AppError, badField } from "../../base/errors.ts";
import { canonicalJson } from "../../base/hash.ts";
import { PLUGIN_LIMITS, type PluginManifest } from "../../domain/plugin.ts";
import { readScore, readText } from "../../plugins/contract.ts";
import { PluginError, type Sandbox } from "../../plugins/plugin.ts";
import { sandboxed } from "./calls.ts";
import { scaleOf } from "./scale.ts";
import type { PluginUpload } from "./upload.ts";

const SHOWN_MAX = 300;

/** Holds an answer to what the plugin's kind demands. Throws a PluginError. */
export function checkAnswer(manifest: PluginManifest, output: unknown): unknown {
  if (manifest.plugin_type === "evaluator") readScore(output, scaleOf(manifest).range);
  if (manifest.plugin_type === "transform") readText(output);
  return output;
}

async function checkExample(sandbox: Sandbox, upload: PluginUpload, plugin: ReturnType<typeof sandboxed>) {
  const { manifest } = upload;
  if (!manifest.example) return;
  const time_ms = manifest.limits?.time_ms ?? PLUGIN_LIMITS.time_ms;
  const { output } = await sandbox.run(plugin, manifest.example.input, { time_ms });
  checkAnswer(manifest, output);
  const [given, wanted] = [canonicalJson(output), canonicalJson(manifest.example.output)];
  if (given === wanted) return;
  throw badField(
    "manifest.example",
    `gave ${given.slice(0, SHOWN_MAX)} instead of ${wanted.slice(0, SHOWN_MAX)}`,
  );
}

/** The field of the request in which what the sandbox met has its cause. */
function fieldOf({ language }: PluginUpload, { message }: PluginError): string {
  const schema = /^(input_schema|output_schema|parameters): /.exec(message)?.[1];
  if (schema) return `manifest.${schema}`;
  return language === "wasm" ? "wasm" : "source";
}

/**
 * What a plugin has to pass before it is ready: it loads, exports `execute`, has schemas that are some, and gives its
 * example's output to its example's input. BAD_REQUEST names the field and the reason.
 */
export async function checkPlugin(sandbox: Sandbox, upload: PluginUpload): Promise<void> {
  const { manifest, content_hash, language, code } = upload;
  const plugin = sandboxed(manifest, { content_hash, language, readCode: async () => code });
  try {
    await sandbox.check(plugin);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw faulty(fieldOf(upload, error), error);
  }
  try {
    await checkExample(sandbox, upload, plugin);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw faulty("manifest.example", error);
  }
}

/** A fault of the plugin's; a server that stops or has too much to do is no fault of the plugin's. */
function faulty(field: string, error: PluginError): AppError {
  if (error.reason === "busy")
    return new AppError("SERVICE_UNAVAILABLE", error.message, { reason: error.reason });
  const schema = /^(?:input_schema|output_schema|parameters): /;
  return badField(field, error.message.replace(schema, ""), { reason: error.reason, logs: error.logs });
}
