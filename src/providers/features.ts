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

/**
 * Reduces a request to what a provider can do, with a warning for everything that is left out or done differently.
 * Throws ProviderError `invalid_request` for a temperature beyond the provider's range.
 */
export function withinReach(request: CompletionRequest, limits: Limits): Feasible {
  refuseTemperature(request, limits);
  const { title, cannot, remarks = {} } = limits;
  const left_out = cannot.filter((feature) => FEATURES[feature].isAsked(request));
  const remarked = (Object.keys(remarks) as Feature[]).filter((feature) =>
    FEATURES[feature].isAsked(request),
  );
  return {
    request: left_out.reduce(leaveOut, request),
    warnings: [
      ...left_out.map((feature) => `${FEATURES[feature].label}: not supported by ${title}, left out`),
      ...remarked.map((feature) => `${FEATURES[feature].label}: ${remarks[feature]}`),
      ...(choosesAmongNone(request) ? ["tool_choice: there are no tools to choose from, left out"] : []),
    ],
  };
}
