import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { mayDo, ROLES, type Role } from "../src/domain/permissions.ts";
import { type BusEvent, createEventBus, isTopic, TOPIC_NAMES, TOPICS } from "../src/events.ts";

const progressOf = (benchmark_id: string): BusEvent => ({
  topic: "benchmark.progress",
  data: { benchmark_id, progress: 0.5, status: "running" },
  timestamp: 1,
  seq: 1,
});

const callerWith = (role: Role) => ({ kind: "user", id: "id", user_id: "id", name: "name", role }) as const;

describe("the bus", () => {
  test("calls the listeners of the topic in the order of their subscription, and no others", () => {
    const bus = createEventBus();
    const told: string[] = [];
    bus.subscribe("benchmark.progress", () => told.push("first"));
    bus.subscribe("plugin.events", () => told.push("another topic"));
    bus.subscribe("benchmark.progress", () => told.push("second"));
    bus.publish(progressOf("one"));
    expect(told).toEqual(["first", "second"]);
  });

  test("passes the event on unchanged", () => {
    const bus = createEventBus();
    const told: BusEvent[] = [];
    bus.subscribe("benchmark.progress", (event) => told.push(event));
    const event = progressOf("one");
    bus.publish(event);
    expect(told).toEqual([event]);
  });

  test("calls no listener after its subscription ended; ending it twice does no harm", () => {
    const bus = createEventBus();
    const told: string[] = [];
    const end = bus.subscribe("benchmark.progress", () => told.push("ended"));
    bus.subscribe("benchmark.progress", () => told.push("stays"));
    end();
    end();
    bus.publish(progressOf("one"));
    expect(told).toEqual(["stays"]);
  });

  test("says whether a topic has listeners", () => {
    const bus = createEventBus();
    expect(TOPIC_NAMES.map(bus.hasListeners)).toEqual(TOPIC_NAMES.map(() => false));
    const end = bus.subscribe("system.metrics", () => undefined);
    expect(bus.hasListeners("system.metrics")).toBe(true);
    expect(bus.hasListeners("request.logs")).toBe(false);
    end();
    expect(bus.hasListeners("system.metrics")).toBe(false);
  });

  test("calls the other listeners if one throws, and the publisher sees no error", () => {
    const faults: unknown[] = [];
    const bus = createEventBus((error) => faults.push(error));
    const told: string[] = [];
    const fault = new Error("a listener's own");
    bus.subscribe("benchmark.progress", () => {
      throw fault;
    });
    bus.subscribe("benchmark.progress", () => told.push("the other"));
    bus.publish(progressOf("one"));
    expect(told).toEqual(["the other"]);
    expect(faults).toEqual([fault]);
  });

  test("does not share its listeners with another bus", () => {
    const [one, other] = [createEventBus(), createEventBus()];
    one.subscribe("plugin.events", () => undefined);
    expect(other.hasListeners("plugin.events")).toBe(false);
  });
});

describe("the topics", () => {
  test("are the five of the API document, and dataset.progress", () => {
    expect([...TOPIC_NAMES].sort()).toEqual([
      "benchmark.progress",
      "dataset.progress",
      "evaluation.results",
      "plugin.events",
      "request.logs",
      "system.metrics",
    ]);
  });

  test.each([
    ["benchmark.progress", ["admin", "user", "viewer", "service"]],
    ["dataset.progress", ["admin", "user", "viewer", "service"]],
    ["evaluation.results", ["admin", "user", "viewer", "service"]],
    ["plugin.events", ["admin", "user", "viewer", "service"]],
    ["system.metrics", ["admin"]],
    ["request.logs", ["admin"]],
  ] as const)("%s is open to %p", (topic, roles) => {
    const open = ROLES.filter((role) => mayDo(callerWith(role), TOPICS[topic].action));
    expect([...open].sort()).toEqual([...roles].sort());
  });

  test("exclude other names, also the names of JavaScript's object methods", () => {
    for (const name of TOPIC_NAMES) expect(isTopic(name)).toBe(true);
    for (const name of ["benchmark", "Benchmark.progress", "", "toString", "__proto__"])
      expect(isTopic(name)).toBe(false);
  });

  test("have schemas that accept their own events, and refuse others", () => {
    const { data } = progressOf("one");
    expect(Value.Check(TOPICS["benchmark.progress"].data, data)).toBe(true);
    expect(Value.Check(TOPICS["benchmark.progress"].data, { ...data, status: "paused" })).toBe(false);
    expect(Value.Check(TOPICS["evaluation.results"].data, data)).toBe(false);
  });
});
