import { type Static, t } from "elysia";
import { Timestamp } from "./fields.ts";

export const Health = t.Object({
  status: t.Literal("healthy"),
  version: t.String(),
  timestamp: Timestamp,
  uptime_seconds: t.Number(),
});
export type Health = Static<typeof Health>;

export const Readiness = t.Object({ ready: t.Boolean(), reason: t.Optional(t.String()) });
export type Readiness = Static<typeof Readiness>;
