import { AppError, badField } from "../../base/errors.ts";
import { canonicalJson } from "../../base/hash.ts";
import { PLUGIN_LIMITS, type PluginManifest } from "../../domain/plugin.ts";
import { readScore, readText } from "../../plugins/contract.ts";
import { PluginError, type Sandbox } from "../../plugins/plugin.ts";
import { toSandboxed } from "./calls.ts";
import { scaleOf } from "./plugin-metric.ts";
import type { PluginUpload } from "./upload.ts";

const EXCERPT_MAX = 300;

/** Returns the answer. Throws a PluginError if it is not what the plugin's type must return. */
export function checkAnswer(manifest: PluginManifest, output: unknown): unknown {
  if (manifest.plugin_type === "evaluator") readScore(output, scaleOf(manifest).range);
  if (manifest.plugin_type === "transform") readText(output);
  return output;
}

/** Runs the example of the manifest, if it has one, and compares its output. */
async function checkExample(sandbox: Sandbox, upload: PluginUpload, plugin: ReturnType<typeof toSandboxed>) {
  const { manifest } = upload;
  if (!manifest.example) return;
  const time_ms = manifest.limits?.time_ms ?? PLUGIN_LIMITS.time_ms;
  const { output } = await sandbox.run(plugin, manifest.example.input, { time_ms });
  checkAnswer(manifest, output);
  const [actual, expected] = [canonicalJson(output), canonicalJson(manifest.example.output)];
  if (actual === expected) return;
  throw badField(
    "manifest.example",
    `returned ${actual.slice(0, EXCERPT_MAX)} instead of ${expected.slice(0, EXCERPT_MAX)}`,
  );
}

/** Returns the field of the request that caused the sandbox's error. */
function fieldOf({ language }: PluginUpload, { message }: PluginError): string {
  const schema = /^(input_schema|output_schema|parameters): /.exec(message)?.[1];
  if (schema) return `manifest.${schema}`;
  return language === "wasm" ? "wasm" : "source";
}

/**
 * Checks a plugin before it becomes ready: it loads, exports `execute`, has valid schemas, and returns the output of its
 * example for the example's input. Throws BAD_REQUEST naming the field and the reason.
 */
export async function checkPlugin(sandbox: Sandbox, upload: PluginUpload): Promise<void> {
  const { manifest, content_hash, language, code } = upload;
  const plugin = toSandboxed(manifest, { content_hash, language, readCode: async () => code });
  try {
    await sandbox.check(plugin);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw checkError(fieldOf(upload, error), error);
  }
  try {
    await checkExample(sandbox, upload, plugin);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw checkError("manifest.example", error);
  }
}

/** Converts an error of the check: BAD_REQUEST, or SERVICE_UNAVAILABLE if the server stops or is too busy. */
function checkError(field: string, error: PluginError): AppError {
  if (error.reason === "busy")
    return new AppError("SERVICE_UNAVAILABLE", error.message, { reason: error.reason });
  const schema = /^(?:input_schema|output_schema|parameters): /;
  return badField(field, error.message.replace(schema, ""), { reason: error.reason, logs: error.logs });
}
