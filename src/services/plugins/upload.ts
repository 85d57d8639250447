import { isUtf8 } from "node:buffer";
import { AppError, badField, UNKNOWN_FIELD } from "../../base/errors.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { parseJson } from "../../base/json/json.ts";
import { validator } from "../../base/validation.ts";
import {
  InstallPlugin,
  PLUGIN_CODE_MAX,
  PLUGIN_SCHEMA_MAX,
  type PluginLanguage,
  type PluginManifest,
} from "../../domain/plugin.ts";
import { metricNames } from "../../metrics/index.ts";

/** An uploaded plugin that has passed all checks that do not run it. */
export interface PluginUpload {
  manifest: PluginManifest;
  language: PluginLanguage;
  /** The ES module as text, or the WebAssembly module in base64. */
  code: string;
  code_bytes: number;
  content_hash: string;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const WASM_MAGIC = "\0asm";

const installRequest = validator(InstallPlugin);

/** Checks a manifest from a form or a file. Errors name its fields as in the JSON body. */
function readManifest(value: unknown): PluginManifest {
  return installRequest({ manifest: value }).manifest;
}

function refuseLarge(manifest: PluginManifest): void {
  for (const field of ["input_schema", "output_schema", "parameters", "example"] as const) {
    const bytes = Buffer.byteLength(JSON.stringify(manifest[field]) ?? "");
    if (bytes > PLUGIN_SCHEMA_MAX)
      throw badField(
        `manifest.${field}`,
        `must have at most ${PLUGIN_SCHEMA_MAX} bytes of JSON, but has ${bytes}`,
      );
  }
}

/** Refuses the name of a built-in metric: people leave out the prefix of `plugin:name`. */
function refuseBuiltin({ name }: PluginManifest): void {
  const isTaken = metricNames.includes(name.toLowerCase().replaceAll("-", "_"));
  if (isTaken)
    throw badField("manifest.name", `'${name}' is the name of a built-in metric. Choose another name`);
}

function refuseBadScale({ score, plugin_type }: PluginManifest): void {
  const [low, high] = score?.range ?? [null, null];
  if (low !== null && high !== null && low >= high)
    throw badField(
      "manifest.score.range",
      "must be [lowest, highest], with lowest below highest, and null for no bound",
    );
  if (score && plugin_type !== "evaluator")
    throw badField(
      "manifest.score",
      `is accepted only for evaluators; this plugin is of type ${plugin_type}`,
    );
}

function refuseLong(bytes: number): void {
  if (bytes <= PLUGIN_CODE_MAX) return;
  throw new AppError(
    "PAYLOAD_TOO_LARGE",
    `The plugin's code has ${bytes} bytes. At most ${PLUGIN_CODE_MAX} bytes are accepted.`,
    {
      maximum_bytes: PLUGIN_CODE_MAX,
    },
  );
}

interface Code {
  language: PluginLanguage;
  code: string;
  code_bytes: number;
}

function javascript(source: string): Code {
  return { language: "javascript", code: source, code_bytes: Buffer.byteLength(source) };
}

function wasm(base64: string): Code {
  if (!BASE64.test(base64)) throw badField("wasm", "must be a WebAssembly module in base64");
  return { language: "wasm", code: base64, code_bytes: Buffer.byteLength(base64, "base64") };
}

/** Returns the code of a file. WebAssembly is recognised by its first bytes. */
export function codeOfBytes(bytes: Uint8Array, field: string): Code {
  const buffer = Buffer.from(bytes);
  if (buffer.subarray(0, 4).toString("latin1") === WASM_MAGIC) return wasm(buffer.toString("base64"));
  if (isUtf8(buffer) && !buffer.includes(0)) return javascript(buffer.toString());
  throw badField(field, "must be an ES module in UTF-8 or a WebAssembly module");
}

/** Makes all checks of an upload that do not run it. Throws BAD_REQUEST naming the field at fault. */
export function checkUpload(manifest: PluginManifest, code: Code): PluginUpload {
  refuseLarge(manifest);
  refuseBuiltin(manifest);
  refuseBadScale(manifest);
  refuseLong(code.code_bytes);
  const content_hash = sha256(canonicalJson({ manifest, language: code.language, code: code.code }));
  return { manifest, ...code, content_hash };
}

function codeOf({ source, wasm: base64 }: InstallPlugin): Code {
  if (source !== undefined && base64 === undefined) return javascript(source);
  if (base64 !== undefined && source === undefined) return wasm(base64);
  throw badField("source", "give the code as exactly one of 'source' and 'wasm'");
}

function parseManifest(text: unknown): unknown {
  if (typeof text !== "string") throw badField("manifest", "must be JSON text");
  return parseJson(text, "manifest");
}

/** Reads a plugin from a request's body: JSON, or a form with `manifest` (JSON) and `file`. */
export async function readUpload(body: unknown): Promise<PluginUpload> {
  if (typeof body !== "object" || body === null || !("file" in body)) {
    const request = installRequest(body);
    return checkUpload(request.manifest, codeOf(request));
  }
  const { file, manifest, ...others } = body as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badField(unknown, UNKNOWN_FIELD, { accepted: ["manifest", "file"] });
  if (!(file instanceof Blob)) throw badField("file", "must be a file");
  const checked = readManifest(parseManifest(manifest));
  refuseLong(file.size);
  return checkUpload(checked, codeOfBytes(new Uint8Array(await file.arrayBuffer()), "file"));
}

/** Reads a plugin from the texts of its two files. */
export function readFiles(manifest: string, code: Uint8Array): PluginUpload {
  const checked = readManifest(parseManifest(manifest));
  refuseLong(code.length);
  return checkUpload(checked, codeOfBytes(code, "file"));
}
