import { expect, test } from "bun:test";
import { createPlaces } from "../../../src/api/ws/places.ts";

const TOO_MANY = { details: { reason: "too_many_sockets", retry_after: 10 } };

test("one caller may hold half of the places, and all callers together all of them", () => {
  const places = createPlaces(5);
  places.take("a");
  places.take("a");
  expect(() => places.take("a")).toThrow(
    expect.objectContaining({
      code: "RATE_LIMIT_EXCEEDED",
      details: expect.objectContaining({ maximum: 2 }),
    }),
  );
  for (const key of ["b", "b", "c"]) places.take(key);
  expect(() => places.take("d")).toThrow(
    expect.objectContaining({
      code: "SERVICE_UNAVAILABLE",
      ...{ details: expect.objectContaining(TOO_MANY.details) },
    }),
  );
  places.leave("a");
  places.take("d");
});

test("a place moves to another caller unless that caller holds its share", () => {
  const places = createPlaces(4);
  places.take("address:x");
  places.move("address:x", "user:a");
  places.take("user:a");
  places.move("user:a", "user:a");
  places.take("address:x");
  expect(() => places.move("address:x", "user:a")).toThrow("the maximum for one caller");
  places.leave("user:a");
  places.move("address:x", "user:a");
});
