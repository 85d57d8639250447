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
  test("tells those who listen to the topic, in the order of their coming, and nobody else", () => {
    const bus = createEventBus();
    const told: string[] = [];
    bus.subscribe("benchmark.progress", () => told.push("first"));
    bus.subscribe("plugin.events", () => told.push("another topic"));
    bus.subscribe("benchmark.progress", () => told.push("second"));
    bus.publish(progressOf("one"));
    expect(told).toEqual(["first", "second"]);
  });

  test("hands the event on as it is", () => {
    const bus = createEventBus();
    const told: BusEvent[] = [];
    bus.subscribe("benchmark.progress", (event) => told.push(event));
    const event = progressOf("one");
    bus.publish(event);
    expect(told).toEqual([event]);
  });

  test("tells nobody after the end of a subscription, which may be ended again", () => {
    const bus = createEventBus();
    const told: string[] = [];
    const end = bus.subscribe("benchmark.progress", () => told.push("ended"));
    bus.subscribe("benchmark.progress", () => told.push("stays"));
    end();
    end();
    bus.publish(progressOf("one"));
    expect(told).toEqual(["stays"]);
  });

  test("knows whether anybody listens", () => {
    const bus = createEventBus();
    expect(TOPIC_NAMES.map(bus.hasListeners)).toEqual(TOPIC_NAMES.map(() => false));
    const end = bus.subscribe("system.metrics", () => undefined);
    expect(bus.hasListeners("system.metrics")).toBe(true);
    expect(bus.hasListeners("request.logs")).toBe(false);
    end();
    expect(bus.hasListeners("system.metrics")).toBe(false);
  });

  test("tells the others though one listener throws, and whoever published is not troubled", () => {
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

  test("is not shared", () => {
    const [one, other] = [createEventBus(), createEventBus()];
    one.subscribe("plugin.events", () => undefined);
    expect(other.hasListeners("plugin.events")).toBe(false);
  });
});

describe("the topics", () => {
  test("are the document's five, and that of downloads", () => {
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

  test("are told from other names, those of an object's own methods among them", () => {
    for (const name of TOPIC_NAMES) expect(isTopic(name)).toBe(true);
    for (const name of ["benchmark", "Benchmark.progress", "", "toString", "__proto__"])
      expect(isTopic(name)).toBe(false);
  });

  test("have schemas that their events fit, and others don't", () => {
    const { data } = progressOf("one");
    expect(Value.Check(TOPICS["benchmark.progress"].data, data)).toBe(true);
    expect(Value.Check(TOPICS["benchmark.progress"].data, { ...data, status: "paused" })).toBe(false);
    expect(Value.Check(TOPICS["evaluation.results"].data, data)).toBe(false);
  });
});
