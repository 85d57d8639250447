import { type Static, t } from "elysia";
import { BENCHMARK_STATUSES } from "./domain/benchmarks/benchmark.ts";
import { DatasetStatusName } from "./domain/dataset.ts";
import { Evaluation } from "./domain/evaluation.ts";
import { Integer, Nullable } from "./domain/fields.ts";
import type { Action } from "./domain/permissions.ts";
import { PluginEvent } from "./domain/plugin.ts";

/** Every topic: the data of its events, and the permission that subscribers need. */
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
      cpu_percent: t.Number({
        description: "CPU use of this process since the last event, in percent of one core.",
      }),
      memory_rss_bytes: Integer(),
      event_loop_delay_ms: t.Number({
        description: "The largest delay of a timer since the last event.",
      }),
      websocket_connections: Integer(),
      benchmarks_running: Integer(),
      trials_settled: Integer({ description: "The number of trials settled since the server started." }),
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

/** A published event. `seq` is present for stored events. `timestamp` is in Unix milliseconds. */
export type BusEvent = {
  [Name in Topic]: { topic: Name; data: EventData<Name>; timestamp: number; seq?: number };
}[Topic];

/** An event before the writer gives it a `timestamp` and a `seq`. */
export type NewEvent = { [Name in Topic]: { topic: Name; data: EventData<Name> } }[Topic];

type Listener = (event: BusEvent) => void;

/** Delivers events to listeners in this process. A message broker could implement the same interface. */
export interface EventBus {
  /** Calls every listener of the topic. Never throws: a listener that fails does not affect the others. */
  publish(event: BusEvent): void;
  /** Adds a listener, and returns a function that removes it. */
  subscribe(topic: Topic, listener: Listener): () => void;
  /** Returns whether the topic has listeners. Producers of events that are not stored skip the work without any. */
  hasListeners(topic: Topic): boolean;
}

/** Creates a bus. `onFault` receives the errors that listeners throw. */
export function createEventBus(onFault: (error: unknown) => void = reportError): EventBus {
  const listeners = new Map<Topic, Set<Listener>>(TOPIC_NAMES.map((topic) => [topic, new Set()]));
  const listenersOf = (topic: Topic) => listeners.get(topic) as Set<Listener>;
  return {
    publish(event) {
      for (const listener of listenersOf(event.topic)) {
        try {
          listener(event);
        } catch (error) {
          onFault(error);
        }
      }
    },
    subscribe(topic, listener) {
      listenersOf(topic).add(listener);
      return () => listenersOf(topic).delete(listener);
    },
    hasListeners: (topic) => listenersOf(topic).size > 0,
  };
}
