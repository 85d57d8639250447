import { endpointWithoutUrl, faultOfProvider } from "./providers.ts";
import type { Values } from "./setting.ts";

/** What is wrong with a setting beside the others. */
interface Fault {
  variable: string;
  fault: string;
}

/** Settings of which one is nothing without the other. */
const PAIRS = [
  ["ADMIN_USERNAME", "ADMIN_PASSWORD"],
  ["JUDGE_PROVIDER", "JUDGE_MODEL"],
];

function missingHalf(values: Values): Fault | undefined {
  for (const pair of PAIRS) {
    const missing = pair.filter((variable) => values[variable.toLowerCase()] === undefined);
    if (missing[0] !== undefined && missing.length < pair.length)
      return { variable: missing[0], fault: "must be set together with its other half" };
  }
  return undefined;
}

function endpointWithoutItsUrl(values: Values): Fault | undefined {
  const variable = endpointWithoutUrl(values);
  return variable === undefined ? undefined : { variable, fault: "must be set for that endpoint" };
}

function unsigned({ jwt_secret, node_env }: Values): Fault | undefined {
  if (jwt_secret !== undefined || node_env !== "production") return undefined;
  return { variable: "JWT_SECRET", fault: "must be set in production" };
}

function unknownJudge(values: Values): Fault | undefined {
  const { judge_provider } = values;
  const fault = typeof judge_provider === "string" ? faultOfProvider(judge_provider, values) : undefined;
  return fault === undefined ? undefined : { variable: "JUDGE_PROVIDER", fault };
}

/** The first fault among settings each of which is good by itself. `values` are by lower-case name. */
export const faultBetween = (values: Values): Fault | undefined =>
  missingHalf(values) ?? endpointWithoutItsUrl(values) ?? unsigned(values) ?? unknownJudge(values);
