import type { PluginManifest, Scale } from "../../domain/plugin.ts";

/** An evaluator's scale, its defaults filled in. */
export function scaleOf({ score = {} }: PluginManifest): Scale {
  const { unit = "ratio", range = [0, 1], better = "higher" } = score;
  return { unit, range, better };
}
