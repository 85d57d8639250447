import type { BenchmarkSpec, CreateBenchmark } from "../../domain/benchmarks/benchmark.ts";
import type { Transforms } from "../../domain/benchmarks/run.ts";
import type { PinnedPlugin } from "../../domain/plugin.ts";
import type { Metric } from "../../metrics/metric.ts";
import type { Plugins } from "./index.ts";
import { pinOf } from "./names.ts";

type Finders = Pick<Plugins, "names" | "calls">;

/** The plugins that rewrite texts, looked up as `<field>.prompt.0`. */
async function pinTransforms(
  { names, calls }: Finders,
  transforms: Transforms | undefined,
  field: string,
): Promise<PinnedPlugin[]> {
  const refs = (["prompt", "output"] as const).flatMap((which) =>
    (transforms?.[which] ?? []).map((ref, index) => ({ ref, at: `${field}.${which}.${index}` })),
  );
  return Promise.all(
    refs.map(async ({ ref, at }) => {
      const row = await names.require(ref, at, "transform");
      return pinOf(ref, row, await calls.complete(row, {}, at));
    }),
  );
}

/** Every plugin that a benchmark will call, once each. Refused as its metrics and transforms are looked up. */
export async function pinPlugins(
  plugins: Finders,
  { providers, transforms }: CreateBenchmark,
  metrics: readonly Metric[],
): Promise<Pick<BenchmarkSpec, "plugins">> {
  const own = providers.map((run, index) =>
    pinTransforms(plugins, run.transforms, `providers.${index}.transforms`),
  );
  const pins = [
    metrics.flatMap(({ plugin }) => plugin ?? []),
    await pinTransforms(plugins, transforms, "transforms"),
    ...(await Promise.all(own)),
  ].flat();
  return pins.length === 0 ? {} : { plugins: [...new Map(pins.map((pin) => [pin.ref, pin])).values()] };
}
