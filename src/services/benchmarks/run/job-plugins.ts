import type { Transforms } from "../../../domain/benchmarks/run.ts";
import type { ChatMessage } from "../../../domain/completions/chat.ts";
import type { PinnedPlugin } from "../../../domain/plugin.ts";
import type { Metric } from "../../../metrics/metric.ts";
import { PluginError } from "../../../plugins/plugin.ts";
import type { CompletionRequest } from "../../../providers/provider.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { PluginRow } from "../../../store/plugins.ts";
import { type Breaker, createBreaker } from "../../plugins/breaker.ts";
import type { CallOptions } from "../../plugins/calls.ts";
import { evaluatorMetric } from "../../plugins/evaluators.ts";
import { pluginMetric } from "../../plugins/plugin-metric.ts";
import { type RewriteText, rewrite, rewritePrompt, transformText } from "../../plugins/transform.ts";
import type { JobTools } from "./job-tools.ts";

/** How plugins change the prompts and outputs of a run. */
export interface TrialTransforms {
  prompt(messages: CompletionRequest["messages"]): Promise<ChatMessage[]>;
  output(text: string): Promise<string>;
}

interface JobPlugin {
  pin: PinnedPlugin;
  row: PluginRow | undefined;
  send: Breaker;
}

const rejectRemoved = () => Promise.reject(new PluginError("load", "the plugin is not installed any more"));

/** Opens the plugins of a benchmark in their pinned versions. The benchmark's row records which are stopped. */
export async function createJobPlugins(
  { store, plugins, plugin_failures_max, owner }: JobTools,
  { benchmark_id, spec, stopped_plugins }: BenchmarkRow,
) {
  const { names, calls } = plugins;
  const options: CallOptions = { kind: "trial", benchmark_id, priority: "batch" };
  const limits = { open_max: calls.open_max, failures_max: plugin_failures_max };
  const stopped: Record<string, string> = { ...stopped_plugins };
  const pluginsByRef = new Map<string, JobPlugin>();

  function stop(ref: string, reason: string): void {
    stopped[ref] = reason;
    // If the write fails, the first trials after a restart stop the plugin again.
    store.benchmarks.setStoppedPlugins(benchmark_id, owner, { ...stopped }).catch(() => undefined);
  }

  for (const pin of spec.plugins ?? []) {
    const onStop = (reason: string) => stop(pin.ref, reason);
    const send = createBreaker({ ...limits, stopped: stopped[pin.ref], onStop });
    pluginsByRef.set(pin.ref, { pin, row: await names.pinned(pin.id), send });
  }

  function pluginOf(ref: string): JobPlugin {
    const plugin = pluginsByRef.get(ref);
    if (!plugin) throw new Error(`The benchmark has no plugin ${ref}.`);
    return plugin;
  }

  function rewriterOf(ref: string): RewriteText {
    const { pin, row, send } = pluginOf(ref);
    return row ? transformText(calls, { row, pin, options, send }) : () => send(rejectRemoved);
  }

  const rewritersOf = (which: keyof Transforms, run: Transforms = {}): RewriteText[] =>
    [...(spec.transforms?.[which] ?? []), ...(run[which] ?? [])].map(rewriterOf);

  return {
    evaluator({ ref }: PinnedPlugin): Metric {
      const { pin, row, send } = pluginOf(ref);
      return row
        ? evaluatorMetric(calls, { row, pin, options, send })
        : pluginMetric(pin, () => send(rejectRemoved));
    },
    /** Returns the transforms of the benchmark, followed by the run's own; undefined if there are none. */
    transforms(run: Transforms | undefined): TrialTransforms | undefined {
      const [prompt, output] = [rewritersOf("prompt", run), rewritersOf("output", run)];
      if (prompt.length + output.length === 0) return undefined;
      return {
        prompt: (messages) => rewritePrompt(prompt, messages),
        output: (text) => rewrite(output, text),
      };
    },
  };
}

export type JobPlugins = Awaited<ReturnType<typeof createJobPlugins>>;
