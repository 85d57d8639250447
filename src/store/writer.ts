import type { Client, ResultSet } from "@libsql/client";
import type { BusEvent, NewEvent } from "../events.ts";
import { type Buildable, joined, type RowInsert, type Statement, statementOf } from "./statement.ts";

interface Job {
  statements: Statement[];
  /** The only statement, if it may be joined with neighbouring inserts. */
  insert?: RowInsert;
  events: BusEvent[];
  resolve(results: ResultSet[]): void;
  reject(error: unknown): void;
}

interface WriterOptions {
  client: Client;
  /** The highest event number in the database. */
  last_seq: number;
  /** Called after each commit, in the order of the commits. Must not throw. */
  publish(event: BusEvent): void;
  /** Repeats the settings of the connection after a reconnect. */
  prepare(): Promise<void>;
  /** Called after each commit, before any write resolves. Must not throw. */
  onCommit?(): void;
}

/** Makes all changes of the database, one batch at a time. */
export interface Writer {
  /**
   * Commits the statements together, and resolves after the commit with one result for each. If the last statement
   * changed a row, the events are stored in the same transaction, and published after it.
   */
  write(statements: readonly (Buildable | Statement)[], events?: readonly NewEvent[]): Promise<ResultSet[]>;
  /**
   * Commits the row, and resolves after the commit. Rows that arrive together become one statement, because preparing
   * a statement costs more than running it.
   */
  insert(row: RowInsert): Promise<void>;
  /** Resolves when all earlier writes are committed or refused. */
  idle(): Promise<void>;
}

/** Statements per batch. A longer batch would block the event loop for longer than it saves. */
const BATCH_STATEMENTS = 256;
/** How long a write waits for others to share its commit, which costs more than its rows. */
const GATHER_MS = 1;
/** The writer waits up to about ten seconds for another process's lock. The steps double up to the longest. */
const BUSY_RETRIES = 12;
const BUSY_WAIT_MS = 50;
const BUSY_WAIT_MAX_MS = 1_000;

const STORE_EVENT = "INSERT INTO events (seq, topic, data, timestamp) SELECT ?, ?, ?, ? WHERE changes() > 0";

const eventStatement = ({ seq, topic, data, timestamp }: BusEvent): Statement => ({
  sql: STORE_EVENT,
  args: [seq ?? null, topic, JSON.stringify(data), timestamp],
});

const statementsOf = ({ statements, events }: Job): Statement[] => [
  ...statements,
  ...events.map(eventStatement),
];

/** Groups neighbouring inserts into the same table. Every other job is a group by itself. */
function bundlesOf(jobs: readonly Job[]): Job[][] {
  const bundles: Job[][] = [];
  for (const job of jobs) {
    const last = bundles.at(-1);
    if (last && job.insert && last[0]?.insert?.sql === job.insert.sql) last.push(job);
    else bundles.push([job]);
  }
  return bundles;
}

function statementsOfBundle(bundle: Job[]): Statement[] {
  const [first, ...others] = bundle.flatMap(({ insert }) => insert ?? []);
  return first ? [joined([first, ...others])] : bundle.flatMap(statementsOf);
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && /SQLITE_BUSY|database is locked/.test(error.message);

const isBuildable = (query: Buildable | Statement): query is Buildable => "toSQL" in query;

export function createWriter({ client, last_seq, publish, prepare, onCommit }: WriterOptions): Writer {
  const queue: Job[] = [];
  const idlers: (() => void)[] = [];
  let seq = last_seq;
  let running = false;

  function takeGroup(): Job[] {
    let size = 0;
    let count = 0;
    for (const job of queue) {
      size += job.statements.length + job.events.length;
      if (count > 0 && size > BATCH_STATEMENTS) break;
      count++;
    }
    return queue.splice(0, count);
  }

  /** A single statement is a transaction already. BEGIN and COMMIT around it would double its cost. */
  async function send(statements: Statement[]): Promise<ResultSet[]> {
    const [only, ...more] = statements;
    return only && more.length === 0 ? [await client.execute(only)] : client.batch(statements, "write");
  }

  async function batch(statements: Statement[]): Promise<ResultSet[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await send(statements);
      } catch (error) {
        if (!isBusy(error) || attempt >= BUSY_RETRIES) throw error;
        // After one SQLITE_BUSY, later commits on the same connection fail (libsql-client-ts#352).
        await client.reconnect();
        await prepare();
        await Bun.sleep(Math.min(BUSY_WAIT_MS * 2 ** attempt, BUSY_WAIT_MAX_MS));
      }
    }
  }

  function settle(bundles: Job[][], results: ResultSet[]): void {
    let next = 0;
    for (const bundle of bundles) {
      const [job] = bundle;
      if (!job || job.insert) {
        const result = results.slice(next, ++next);
        for (const { resolve } of bundle) resolve(result);
        continue;
      }
      const jobResults = results.slice(next, next + job.statements.length);
      next += job.statements.length;
      const stored = job.events.filter(() => results[next++]?.rowsAffected === 1);
      job.resolve(jobResults);
      for (const event of stored) publish(event);
    }
  }

  async function commit(jobs: Job[]): Promise<void> {
    const bundles = bundlesOf(jobs);
    const statements = bundles.flatMap(statementsOfBundle);
    const results = await batch(statements).catch((error: unknown) => refuse(jobs, error));
    if (!results) return;
    onCommit?.();
    settle(bundles, results);
  }

  /** Repeats the jobs of a refused group one by one, so that one job's error does not fail the others. */
  async function refuse(jobs: Job[], error: unknown): Promise<undefined> {
    if (jobs.length === 1 || isBusy(error)) for (const job of jobs) job.reject(error);
    else for (const job of jobs) await commit([job]);
  }

  /** Waits turn by turn of the event loop while each turn adds more writes. An idle server commits after one turn. */
  async function gather(): Promise<void> {
    const until = performance.now() + GATHER_MS;
    let gathered = 0;
    do {
      gathered = queue.length;
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (queue.length > gathered && performance.now() < until);
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await gather();
      await commit(takeGroup());
    }
    running = false;
    for (const resolve of idlers.splice(0)) resolve();
  }

  function enqueue(job: Job): void {
    queue.push(job);
    if (running) return;
    running = true;
    void drain();
  }

  return {
    insert: (insert) =>
      new Promise((resolve, reject) =>
        enqueue({ statements: [insert], insert, events: [], resolve: () => resolve(), reject }),
      ),
    write(queries, newEvents = []) {
      const timestamp = Date.now();
      const statements = queries.map((query) => (isBuildable(query) ? statementOf(query) : query));
      return new Promise((resolve, reject) => {
        const events = newEvents.map((event): BusEvent => ({ ...event, timestamp, seq: ++seq }));
        enqueue({ statements, events, resolve, reject });
      });
    },
    idle: () => (running ? new Promise((resolve) => idlers.push(resolve)) : Promise.resolve()),
  };
}
