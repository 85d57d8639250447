import { isRecord } from "../base/json/json.ts";
import { GENERATION_FIELDS, type GenerationField } from "../domain/completions/generation-params.ts";
import { type CompletionRequest, ProviderError } from "./provider.ts";

/** The features of a request that some providers lack. */
export type Feature =
  | "max_tokens"
  | "temperature"
  | "top_p"
  | "stop"
  | "blank_stop"
  | "seed"
  | "json_object"
  | "json_schema"
  | "tools"
  | "strict_tools"
  | "tool_choice"
  | "top_logprobs";

/** The fields that can be left out of a request. */
type Dispensable = Exclude<keyof CompletionRequest, "model" | "messages">;

interface FeatureFacts {
  /** The name of the feature in warnings. */
  label: string;
  isAsked(request: CompletionRequest): boolean;
  /** The fields that are left out with it. */
  fields: readonly Dispensable[];
}

const field = (name: Dispensable): FeatureFacts => ({
  label: name,
  isAsked: (request) => request[name] !== undefined,
  fields: [name],
});

const isBlank = (text: string): boolean => text.trim() === "";

const format = (type: "json_object" | "json_schema"): FeatureFacts => ({
  label: `response_format ${type}`,
  isAsked: ({ response_format }) => response_format?.type === type,
  fields: ["response_format"],
});

const FEATURES: Record<Feature, FeatureFacts> = {
  max_tokens: field("max_tokens"),
  temperature: field("temperature"),
  top_p: field("top_p"),
  stop: field("stop"),
  blank_stop: {
    label: "stop of white space",
    isAsked: ({ stop }) => stop?.some(isBlank) ?? false,
    fields: [],
  },
  seed: field("seed"),
  json_object: format("json_object"),
  json_schema: format("json_schema"),
  tools: { ...field("tools"), fields: ["tools", "tool_choice"] },
  strict_tools: {
    label: "strict tools",
    isAsked: ({ tools }) => tools?.some((tool) => tool.function.strict) ?? false,
    fields: [],
  },
  tool_choice: field("tool_choice"),
  top_logprobs: field("top_logprobs"),
};

/** A provider and its known limits. */
interface Limits {
  name: string;
  title: string;
  cannot: readonly Feature[];
  remarks?: Partial<Record<Feature, string>>;
  /** None if left out. */
  takes?: "all" | readonly GenerationField[];
  free_fields?: boolean;
  temperature_max?: number;
}

/** The request that is sent, and warnings about the rest. */
export interface Feasible {
  request: CompletionRequest;
  warnings: readonly string[];
}

function leaveOut(request: CompletionRequest, feature: Feature): CompletionRequest {
  const rest = { ...request };
  for (const name of FEATURES[feature].fields) delete rest[name];
  if (feature === "blank_stop") return { ...rest, stop: rest.stop?.filter((text) => !isBlank(text)) ?? [] };
  if (feature !== "strict_tools" || !rest.tools) return rest;
  const tools = rest.tools.map((tool) => ({ ...tool, function: { ...tool.function, strict: false } }));
  return { ...rest, tools };
}

function refuseTemperature({ temperature = 0 }: CompletionRequest, limits: Limits): void {
  const { name, title, temperature_max = Number.POSITIVE_INFINITY } = limits;
  if (temperature <= temperature_max) return;
  const fault = `${title} takes temperatures from 0 to ${temperature_max}, not ${temperature}.`;
  throw new ProviderError(name, "invalid_request", fault, { field: "temperature" });
}

/** A choice among no tools; vendors drop it silently. */
const choosesAmongNone = ({ tools, tool_choice }: CompletionRequest): boolean =>
  tool_choice !== undefined && tool_choice !== "none" && !tools?.length;

/** Fields that do not change an answer: a provider that does not accept one answers the same without it. */
const BESIDE: ReadonlySet<string> = new Set<GenerationField>([
  "metadata",
  "user",
  "store",
  "prompt_cache_key",
  "service_tier",
  "prediction",
]);
const GENERATION_NAMES = Object.keys(GENERATION_FIELDS).filter(
  (name): name is GenerationField =>
    name !== "max_completion_tokens" && name !== "provider_options" && name !== "other_fields",
);

/** Whether the value asks for the default. */
const asksNothing = (name: GenerationField, value: unknown): boolean =>
  (name === "n" && value === 1) ||
  (name.endsWith("_penalty") && value === 0) ||
  (isRecord(value) && Object.keys(value).length === 0);

/** Returns the fields that the vendor does not accept. Throws ProviderError `invalid_request` for one that shapes answers. */
function untaken(
  request: CompletionRequest,
  { name: provider, title, takes = [] }: Limits,
): GenerationField[] {
  if (takes === "all") return [];
  const found = GENERATION_NAMES.filter((name) => request[name] !== undefined && !takes.includes(name));
  for (const field of found) {
    if (BESIDE.has(field) || asksNothing(field, request[field])) continue;
    const fault = `${field}: ${title} does not accept it, and it would change the answer. Leave it out.`;
    throw new ProviderError(provider, "invalid_request", fault, { field });
  }
  return found;
}

/** Fields with a place of their own in a request: free fields must not contradict them. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...GENERATION_NAMES,
  ...["model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature"],
  ...["top_p", "stop", "seed", "response_format", "tools", "tool_choice", "logprobs", "top_logprobs"],
]);

function refuseFreeFields({ provider_options = {} }: CompletionRequest, limits: Limits): void {
  const [first, ...others] = Object.keys(provider_options);
  if (first === undefined) return;
  const refuse = (field: string, fault: string) => {
    throw new ProviderError(limits.name, "invalid_request", `${field}: ${fault}`, { field });
  };
  if (!limits.free_fields)
    refuse("provider_options", `${limits.title} accepts no further fields. Leave it out.`);
  const own = [first, ...others].find((name) => OWN_FIELDS.has(name));
  if (own)
    refuse(
      `provider_options.${own}`,
      `'${own}' has a place of its own. Give it beside provider_options, not in it.`,
    );
}

/**
 * Moves the fields that this server does not know to `provider_options` for a server of the operator's own. Throws
 * ProviderError `invalid_request` naming the first of them for any other provider.
 */
function placeOtherFields(request: CompletionRequest, limits: Limits): CompletionRequest {
  const { other_fields, ...rest } = request;
  const [first] = Object.keys(other_fields ?? {});
  if (first === undefined) return rest;
  if (limits.takes === "all")
    return { ...rest, provider_options: { ...other_fields, ...rest.provider_options } };
  const name = first.slice(0, 100);
  const remedy = limits.free_fields ? "Leave it out, or send it in 'provider_options'." : "Leave it out.";
  const fault = `${name}: it is not known, and it may change the answer of ${limits.title}. ${remedy}`;
  throw new ProviderError(limits.name, "invalid_request", fault, { field: name });
}

function withoutFields(request: CompletionRequest, names: readonly GenerationField[]): CompletionRequest {
  if (names.length === 0) return request;
  const rest = { ...request };
  for (const name of names) delete rest[name];
  return rest;
}

/**
 * Reduces a request to what a provider can do, with a warning for everything that is left out or done differently.
 * Throws ProviderError `invalid_request` for a temperature beyond the provider's range, and for an unsupported field
 * that would shape the answer.
 */
export function withinReach(original: CompletionRequest, limits: Limits): Feasible {
  const request = placeOtherFields(original, limits);
  refuseTemperature(request, limits);
  refuseFreeFields(request, limits);
  const { title, cannot, remarks = {} } = limits;
  const beside = untaken(request, limits);
  const left_out = cannot.filter((feature) => FEATURES[feature].isAsked(request));
  const remarked = (Object.keys(remarks) as Feature[]).filter((feature) =>
    FEATURES[feature].isAsked(request),
  );
  const labels = [
    ...left_out.map((feature) => FEATURES[feature].label),
    ...beside.filter((name) => !asksNothing(name, request[name])),
  ];
  return {
    request: left_out.reduce(leaveOut, withoutFields(request, beside)),
    warnings: [
      ...labels.map((label) => `${label}: not supported by ${title}, left out`),
      ...remarked.map((feature) => `${FEATURES[feature].label}: ${remarks[feature]}`),
      ...(choosesAmongNone(request) ? ["tool_choice: there are no tools to choose from, left out"] : []),
    ],
  };
}
