import type { Client, ResultSet } from "@libsql/client";

interface Read {
  turn: number;
  rows: number;
  bytes: number;
}

/** What was read from a database, by turn of the event loop. */
export interface Turns {
  /** The most rows or bytes that were read in one turn. */
  most(what: "rows" | "bytes"): number;
  total(what: "rows" | "bytes"): number;
  /** In how many turns anything was read. */
  turns(): number;
  /** Ends the recording. The figures stay. */
  stop(): void;
}

const sizeOf = (value: unknown): number =>
  typeof value === "string" ? Buffer.byteLength(value) : value instanceof ArrayBuffer ? value.byteLength : 8;

const bytesOf = ({ rows }: ResultSet): number =>
  rows.reduce((sum, row) => sum + Array.from(row).reduce<number>((all, value) => all + sizeOf(value), 0), 0);

/**
 * Records the rows and bytes that a client's queries return, by turn of the event loop: how much is read before other
 * requests are answered does not depend on the machine.
 */
export function recordTurns(client: Client): Turns {
  const reads: Read[] = [];
  const { execute } = client;
  let turn = 0;
  let counting: ReturnType<typeof setImmediate>;
  const count = () => {
    turn++;
    counting = setImmediate(count);
  };
  count();

  const recorded = async (...query: Parameters<typeof execute>): Promise<ResultSet> => {
    const result = await execute.apply(client, query);
    reads.push({ turn, rows: result.rows.length, bytes: bytesOf(result) });
    return result;
  };
  client.execute = recorded as typeof execute;

  const byTurn = (what: "rows" | "bytes"): number[] =>
    [...Map.groupBy(reads, (read) => read.turn).values()].map((some) =>
      some.reduce((sum, read) => sum + read[what], 0),
    );
  return {
    most: (what) => Math.max(0, ...byTurn(what)),
    total: (what) => byTurn(what).reduce((sum, amount) => sum + amount, 0),
    turns: () => byTurn("rows").length,
    stop() {
      clearImmediate(counting);
      client.execute = execute;
    },
  };
}
