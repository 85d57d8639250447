import { endpointWithoutUrl, faultOfProvider } from "./providers.ts";
import type { Values } from "./setting-types.ts";

/** A fault that one setting has only together with others. */
interface Fault {
  variable: string;
  fault: string;
}

/** Settings that have a meaning only together. */
const PAIRS = [
  ["ADMIN_USERNAME", "ADMIN_PASSWORD"],
  ["JUDGE_PROVIDER", "JUDGE_MODEL"],
];

function incompletePair(values: Values): Fault | undefined {
  const isSet = (variable: string) => values[variable.toLowerCase()] !== undefined;
  for (const pair of PAIRS) {
    const missing = pair.find((variable) => !isSet(variable));
    const present = pair.find(isSet);
    if (missing && present) return { variable: missing, fault: `must be set together with ${present}` };
  }
  return undefined;
}

function endpointWithoutItsUrl(values: Values): Fault | undefined {
  const variable = endpointWithoutUrl(values);
  return variable === undefined
    ? undefined
    : { variable, fault: "must be set, because another variable of this endpoint is set" };
}

function missingSecret({ jwt_secret, node_env }: Values): Fault | undefined {
  if (jwt_secret !== undefined || node_env !== "production") return undefined;
  return { variable: "JWT_SECRET", fault: "must be set in production" };
}

function unknownJudge(values: Values): Fault | undefined {
  const { judge_provider } = values;
  const fault = typeof judge_provider === "string" ? faultOfProvider(judge_provider, values) : undefined;
  return fault === undefined ? undefined : { variable: "JUDGE_PROVIDER", fault };
}

/** Returns the first fault between settings that are valid on their own. `values` are by lower-case name. */
export const faultBetween = (values: Values): Fault | undefined =>
  incompletePair(values) ?? endpointWithoutItsUrl(values) ?? missingSecret(values) ?? unknownJudge(values);
