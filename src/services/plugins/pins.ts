import type { BenchmarkSpec, CreateBenchmark } from "../../domain/benchmarks/benchmark.ts";
import type { Transforms } from "../../domain/benchmarks/run.ts";
import type { PinnedPlugin } from "../../domain/plugin.ts";
import type { Metric } from "../../metrics/metric.ts";
import type { Plugins } from "./index.ts";
import { pinOf } from "./names.ts";

type Finders = Pick<Plugins, "names" | "calls">;

/** Pins the plugins that rewrite texts. An error names the field of the plugin, such as `<field>.prompt.0`. */
async function pinTransforms(
  { names, calls }: Finders,
  transforms: Transforms | undefined,
  field: string,
): Promise<PinnedPlugin[]> {
  const refs = (["prompt", "output"] as const).flatMap((which) =>
    (transforms?.[which] ?? []).map((ref, index) => ({ ref, path: `${field}.${which}.${index}` })),
  );
  return Promise.all(
    refs.map(async ({ ref, path }) => {
      const row = await names.require(ref, path, "transform");
      return pinOf(ref, row, await calls.complete(row, {}, path));
    }),
  );
}

/** Pins every plugin that a benchmark will call, once each. Throws as the lookup of metrics and transforms does. */
export async function pinPlugins(
  plugins: Finders,
  { providers, transforms }: CreateBenchmark,
  metrics: readonly Metric[],
): Promise<Pick<BenchmarkSpec, "plugins">> {
  const transformsOfRuns = providers.map((run, index) =>
    pinTransforms(plugins, run.transforms, `providers.${index}.transforms`),
  );
  const pins = [
    metrics.flatMap(({ plugin }) => plugin ?? []),
    await pinTransforms(plugins, transforms, "transforms"),
    ...(await Promise.all(transformsOfRuns)),
  ].flat();
  return pins.length === 0 ? {} : { plugins: [...new Map(pins.map((pin) => [pin.ref, pin])).values()] };
}
