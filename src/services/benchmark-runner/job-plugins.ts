import type { Transforms } from "../../domain/benchmark.ts";
import type { Message } from "../../domain/chat.ts";
import type { PinnedPlugin, PluginManifest } from "../../domain/plugin.ts";
import type { Metric } from "../../metrics/metric.ts";
import { PluginError } from "../../plugins/plugin.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { PluginRow } from "../../store/plugins.ts";
import { pluginMetric } from "../plugin-metric.ts";
import { type Breaker, createBreaker } from "../plugins/breaker.ts";
import type { CallOptions } from "../plugins/calls.ts";
import { evaluatorMetric } from "../plugins/evaluators.ts";
import type { Plugins } from "../plugins/index.ts";
import { type RewriteText, rewrite, rewritePrompt, transformText } from "../plugins/transform.ts";

/** What a run's texts go through. */
export interface TrialTransforms {
  prompt(messages: Message[]): Promise<Message[]>;
  output(text: string): Promise<string>;
}

interface Member {
  pin: PinnedPlugin;
  row: PluginRow | undefined;
  send: Breaker;
}

/** Of a plugin that is gone nothing is known but its name. */
const MISSING: PluginManifest = {
  name: "",
  version: "0.0.0",
  description: "",
  plugin_type: "evaluator",
  score: { range: [null, null] },
};

const removed = () => Promise.reject(new PluginError("load", "is not installed any more"));

/**
 * The plugins of one benchmark, each in the version that it was made with. `onStop` is told of all that are called no more,
 * by the name that the request gave them.
 */
export async function createJobPlugins(
  plugins: Pick<Plugins, "names" | "calls">,
  { benchmark_id, spec, stopped_plugins }: BenchmarkRow,
  failures_max: number,
  onStop: (stopped: Record<string, string>) => void,
) {
  const { names, calls } = plugins;
  const options: CallOptions = { kind: "trial", benchmark_id, priority: "batch" };
  const limits = { open_max: calls.open_max, failures_max };
  const stopped: Record<string, string> = { ...stopped_plugins };
  const members = new Map<string, Member>();

  for (const pin of spec.plugins ?? []) {
    const stop = (reason: string) => {
      stopped[pin.ref] = reason;
      onStop({ ...stopped });
    };
    const send = createBreaker({ ...limits, stopped: stopped[pin.ref], onStop: stop });
    members.set(pin.ref, { pin, row: await names.pinned(pin.id), send });
  }

  function memberOf(ref: string): Member {
    const member = members.get(ref);
    if (!member) throw new Error(`The benchmark does not name its plugin ${ref}.`);
    return member;
  }

  function stepOf(ref: string): RewriteText {
    const { pin, row, send } = memberOf(ref);
    return row ? transformText(calls, row, pin, options, send) : () => send(removed);
  }

  const stepsOf = (which: keyof Transforms, run: Transforms = {}): RewriteText[] =>
    [...(spec.transforms?.[which] ?? []), ...(run[which] ?? [])].map(stepOf);

  return {
    async evaluator(ref: string): Promise<Metric> {
      const { pin, row, send } = memberOf(ref);
      if (!row) return pluginMetric(pin, MISSING, () => send(removed));
      return evaluatorMetric(calls, row, pin, options, send);
    },
    /** Those of the benchmark and then the run's own; undefined if there are none. */
    transforms(run: Transforms | undefined): TrialTransforms | undefined {
      const [prompt, output] = [stepsOf("prompt", run), stepsOf("output", run)];
      if (prompt.length + output.length === 0) return undefined;
      return {
        prompt: (messages) => rewritePrompt(prompt, messages),
        output: (text) => rewrite(output, text),
      };
    },
  };
}

export type JobPlugins = Awaited<ReturnType<typeof createJobPlugins>>;
