import { type Static, t } from "elysia";
import { BENCHMARK_STATUSES } from "./domain/benchmarks/benchmark.ts";
import { DatasetStatusName } from "./domain/dataset.ts";
import { Evaluation } from "./domain/evaluation.ts";
import { Integer, Nullable } from "./domain/fields.ts";
import type { Action } from "./domain/permissions.ts";
import { PluginEvent } from "./domain/plugin.ts";

/** Every topic: what its events hold, and the right that listening demands. */
export const TOPICS = {
  "benchmark.progress": {
    action: "benchmarks.read",
    data: t.Object({
      benchmark_id: t.String(),
      progress: t.Number(),
      status: t.Union(BENCHMARK_STATUSES.map((status) => t.Literal(status))),
    }),
  },
  "dataset.progress": {
    action: "datasets.read",
    data: t.Object({
      dataset: t.String(),
      status: DatasetStatusName,
      downloaded_bytes: Integer(),
      total_bytes: Nullable(Integer()),
      error: Nullable(t.String()),
    }),
  },
  "evaluation.results": { action: "evaluations.read", data: Evaluation },
  "plugin.events": {
    action: "plugins.read",
    data: PluginEvent,
  },
  "system.metrics": {
    action: "system.read",
    data: t.Object({
      cpu_percent: t.Number({ description: "Of one core, by this process, since the last event." }),
      memory_rss_bytes: Integer(),
      event_loop_delay_ms: t.Number({
        description: "How late a timer of the last interval was at the most.",
      }),
      websocket_connections: Integer(),
      benchmarks_running: Integer(),
      trials_settled: Integer({ description: "Since the server started." }),
      uptime_seconds: t.Number(),
    }),
  },
  "request.logs": {
    action: "system.read",
    data: t.Object({
      request_id: t.String(),
      method: t.String(),
      path: t.String(),
      status: Integer(),
      duration_ms: t.Number(),
      caller: t.String(),
    }),
  },
} as const satisfies Record<string, { action: Action; data: ReturnType<typeof t.Object> }>;

export type Topic = keyof typeof TOPICS;
export type EventData<Name extends Topic> = Static<(typeof TOPICS)[Name]["data"]>;
export const TOPIC_NAMES = Object.keys(TOPICS) as Topic[];
export const isTopic = (name: string): name is Topic => Object.hasOwn(TOPICS, name);

/** Something that happened. `seq` is there for events that are stored; `timestamp` is Unix milliseconds. */
export type BusEvent = {
  [Name in Topic]: { topic: Name; data: EventData<Name>; timestamp: number; seq?: number };
}[Topic];

/** An event before it has a time and a number. */
export type NewEvent = { [Name in Topic]: { topic: Name; data: EventData<Name> } }[Topic];

type Listener = (event: BusEvent) => void;

/** Carries events from those who commit to those who listen. One process now; the interface is all a broker needs. */
export interface EventBus {
  /** Never throws: what a listener throws is its own matter, and the others are told all the same. */
  publish(event: BusEvent): void;
  /** Answers a function that ends the subscription. */
  subscribe(topic: Topic, listener: Listener): () => void;
  /** Whether anybody listens: producers of unstored events save the work otherwise. */
  hasListeners(topic: Topic): boolean;
}

/** `onFault` is told what listeners throw. */
export function createEventBus(onFault: (error: unknown) => void = reportError): EventBus {
  const listeners = new Map<Topic, Set<Listener>>(TOPIC_NAMES.map((topic) => [topic, new Set()]));
  const of = (topic: Topic) => listeners.get(topic) as Set<Listener>;
  return {
    publish(event) {
      for (const listener of of(event.topic)) {
        try {
          listener(event);
        } catch (error) {
          onFault(error);
        }
      }
    },
    subscribe(topic, listener) {
      of(topic).add(listener);
      return () => of(topic).delete(listener);
    },
    hasListeners: (topic) => of(topic).size > 0,
  };
}
