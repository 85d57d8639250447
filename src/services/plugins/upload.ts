import { isUtf8 } from "node:buffer";
import { AppError, badField } from "../../base/errors.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { parseJson } from "../../base/json.ts";
import { validator } from "../../base/validation.ts";
import {
  InstallPlugin,
  PLUGIN_CODE_MAX,
  PLUGIN_SCHEMA_MAX,
  type PluginLanguage,
  type PluginManifest,
} from "../../domain/plugin.ts";
import { metricNames } from "../../metrics/index.ts";

/** A plugin as it was handed in, checked as far as that goes without running it. */
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

/** Where a manifest from a form or a file is at fault its fields are named as those of the JSON body. */
function readManifest(value: unknown): PluginManifest {
  return installRequest({ manifest: value }).manifest;
}

function refuseLarge(manifest: PluginManifest): void {
  for (const field of ["input_schema", "output_schema", "parameters", "example"] as const) {
    const bytes = Buffer.byteLength(JSON.stringify(manifest[field]) ?? "");
    if (bytes > PLUGIN_SCHEMA_MAX)
      throw badField(
        `manifest.${field}`,
        `may have at most ${PLUGIN_SCHEMA_MAX} bytes of JSON, has ${bytes}`,
      );
  }
}

/** A plugin is written `plugin:name`, but people leave the prefix out. */
function refuseBuiltin({ name }: PluginManifest): void {
  const taken = metricNames.includes(name.toLowerCase().replaceAll("-", "_"));
  if (taken) throw badField("manifest.name", `'${name}' is the name of a metric that ships`);
}

function refuseBadScale({ score, plugin_type }: PluginManifest): void {
  const [low, high] = score?.range ?? [null, null];
  if (low !== null && high !== null && low >= high)
    throw badField("manifest.score.range", "must be [lowest, highest], with null for no bound");
  if (score && plugin_type !== "evaluator")
    throw badField("manifest.score", "is a field of evaluators alone");
}

function refuseLong(bytes: number): void {
  if (bytes <= PLUGIN_CODE_MAX) return;
  throw new AppError("PAYLOAD_TOO_LARGE", `A plugin's code may have at most ${PLUGIN_CODE_MAX} bytes.`, {
    maximum_bytes: PLUGIN_CODE_MAX,
  });
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

/** Code of a file: WebAssembly says what it is in its first bytes. */
export function codeOfBytes(bytes: Uint8Array, field: string): Code {
  const buffer = Buffer.from(bytes);
  if (buffer.subarray(0, 4).toString("latin1") === WASM_MAGIC) return wasm(buffer.toString("base64"));
  if (isUtf8(buffer) && !buffer.includes(0)) return javascript(buffer.toString());
  throw badField(field, "is neither an ES module in UTF-8 nor a WebAssembly module");
}

/** Everything about an upload that can be told without running it. BAD_REQUEST names the field at fault. */
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
  throw badField("source", "give the code either as 'source' or as 'wasm'");
}

function parseManifest(text: unknown): unknown {
  if (typeof text !== "string") throw badField("manifest", "must be JSON text");
  return parseJson(text, "manifest");
}

/** A plugin out of a request's body: JSON, or a form with `manifest` (JSON) and `file`. */
export async function readUpload(body: unknown): Promise<PluginUpload> {
  if (typeof body !== "object" || body === null || !("file" in body)) {
    const request = installRequest(body);
    return checkUpload(request.manifest, codeOf(request));
  }
  const { file, manifest, ...others } = body as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw badField(unknown, "is not a known field", { accepted: ["manifest", "file"] });
  if (!(file instanceof Blob)) throw badField("file", "must be a file");
  const checked = readManifest(parseManifest(manifest));
  refuseLong(file.size);
  return checkUpload(checked, codeOfBytes(new Uint8Array(await file.arrayBuffer()), "file"));
}

/** A plugin out of a folder's files. */
export function readFiles(manifest: string, code: Uint8Array): PluginUpload {
  const checked = readManifest(parseManifest(manifest));
  refuseLong(code.length);
  return checkUpload(checked, codeOfBytes(code, "file"));
}
