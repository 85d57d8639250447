import type { Client } from "@libsql/client";
import { timeOfId } from "../../base/ids.ts";

/** Returns when the newest completion or event was made, in Unix milliseconds; null if there is neither. */
export async function newestRowTime(client: Client): Promise<number | null> {
  const { rows } = await client.execute(
    "SELECT (SELECT max(request_id) FROM completions) AS id, (SELECT max(timestamp) FROM events) AS event",
  );
  const [id, event] = [rows[0]?.id, rows[0]?.event];
  const times = [
    ...(typeof id === "string" ? [Date.parse(timeOfId(id))] : []),
    ...(event == null ? [] : [Number(event)]),
  ];
  return times.length === 0 ? null : Math.max(...times);
}
