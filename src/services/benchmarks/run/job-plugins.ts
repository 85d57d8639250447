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

/** What a run's texts go through. */
export interface TrialTransforms {
  prompt(messages: CompletionRequest["messages"]): Promise<ChatMessage[]>;
  output(text: string): Promise<string>;
}

interface Member {
  pin: PinnedPlugin;
  row: PluginRow | undefined;
  send: Breaker;
}

const removed = () => Promise.reject(new PluginError("load", "the plugin is not installed any more"));

/** The plugins of one benchmark, each in the version that it was made with. Its row says which are called no more. */
export async function createJobPlugins(
  { store, plugins, plugin_failures_max, owner }: JobTools,
  { benchmark_id, spec, stopped_plugins }: BenchmarkRow,
) {
  const { names, calls } = plugins;
  const options: CallOptions = { kind: "trial", benchmark_id, priority: "batch" };
  const limits = { open_max: calls.open_max, failures_max: plugin_failures_max };
  const stopped: Record<string, string> = { ...stopped_plugins };
  const members = new Map<string, Member>();

  function stop(ref: string, reason: string): void {
    stopped[ref] = reason;
    // What can't be written now is met again by the first trials after a restart.
    store.benchmarks.setStoppedPlugins(benchmark_id, owner, { ...stopped }).catch(() => undefined);
  }

  for (const pin of spec.plugins ?? []) {
    const onStop = (reason: string) => stop(pin.ref, reason);
    const send = createBreaker({ ...limits, stopped: stopped[pin.ref], onStop });
    members.set(pin.ref, { pin, row: await names.pinned(pin.id), send });
  }

  function memberOf(ref: string): Member {
    const member = members.get(ref);
    if (!member) throw new Error(`The benchmark does not name its plugin ${ref}.`);
    return member;
  }

  function stepOf(ref: string): RewriteText {
    const { pin, row, send } = memberOf(ref);
    return row ? transformText(calls, { row, pin, options, send }) : () => send(removed);
  }

  const stepsOf = (which: keyof Transforms, run: Transforms = {}): RewriteText[] =>
    [...(spec.transforms?.[which] ?? []), ...(run[which] ?? [])].map(stepOf);

  return {
    evaluator({ ref }: PinnedPlugin): Metric {
      const { pin, row, send } = memberOf(ref);
      return row
        ? evaluatorMetric(calls, { row, pin, options, send })
        : pluginMetric(pin, () => send(removed));
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
