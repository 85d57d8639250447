import type { Metric } from "../metric.ts";
import { total } from "../summary.ts";
import { scoreMeasurement } from "./measurement.ts";

export const cost: Metric = {
  name: "cost",
  description: "The cost of the call: the tokens that the provider counted, at the model's price.",
  unit: "usd",
  range: [0, null],
  better: "lower",
  requires: ["usage"],
  source: "The provider's own token counts multiplied by its list prices.",
  score: ({ cost_usd }) => scoreMeasurement(cost_usd, "the price of the model is unknown"),
  summarize: (values) => total(values, cost),
};
