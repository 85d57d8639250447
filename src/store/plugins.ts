import { and, asc, eq, exists, getTableColumns, inArray, sql } from "drizzle-orm";
import type { PageRequest } from "../domain/page.ts";
import type { Plugin } from "../domain/plugin.ts";
import type { NewEvent } from "../events.ts";
import { listPage } from "./listing/list.ts";
import type { Database } from "./open.ts";
import { benchmarks, pluginCodes, plugins } from "./schema/index.ts";
import { insertInto, type Statement } from "./statement.ts";

export type PluginRow = typeof plugins.$inferSelect;
/** A row without its manifest, which may have megabytes. */
export type ListedPluginRow = Omit<PluginRow, "manifest">;

const { manifest: _, ...LISTED } = getTableColumns(plugins);
const insert = insertInto(plugins);
/** Adds the code of a plugin, if the statement before it has added the plugin. */
const ADD_CODE = "INSERT INTO plugin_codes (plugin_id, code) SELECT id, ? FROM plugins WHERE id = ?";

/** Returns an INSERT that has no effect if the name and version are taken. */
function insertUnlessTaken(row: PluginRow): Statement {
  const { sql: text, args } = insert(row);
  return { sql: `${text} ON CONFLICT (name, version) DO NOTHING`, ...(args ? { args } : {}) };
}

export function createPluginStore({ db, writer }: Database) {
  const byId = (id: string) => eq(plugins.id, id);

  /** Pending or running benchmarks that use this plugin. */
  const usersOf = (
    id: string,
  ) => sql`SELECT 1 FROM ${benchmarks}, json_each(${benchmarks.spec}, '$.plugins') AS pinned
    WHERE ${benchmarks.status} IN ('pending', 'running') AND json_extract(pinned.value, '$.id') = ${id}`;

  return {
    find: async (id: string) => (await db.select().from(plugins).where(byId(id)))[0],
    /** Returns all versions of a plugin. */
    versions: (name: string) => db.select().from(plugins).where(eq(plugins.name, name)),
    list: (page: PageRequest) =>
      listPage<ListedPluginRow>(db, { table: plugins, id: plugins.id, columns: LISTED }, page),
    /** Returns all plugins by name, without their manifests. */
    all: (): Promise<ListedPluginRow[]> =>
      db.select(LISTED).from(plugins).orderBy(asc(plugins.name), asc(plugins.id)),
    loading: () => db.select().from(plugins).where(eq(plugins.status, "loading")),
    async code(id: string): Promise<string | undefined> {
      const [row] = await db.select().from(pluginCodes).where(eq(pluginCodes.plugin_id, id));
      return row?.code;
    },

    /** Writes the plugin and its code together. Returns false if the name and version are taken. */
    async addUnlessTaken(row: PluginRow, code: string, event: NewEvent): Promise<boolean> {
      const withCode = { sql: ADD_CODE, args: [code, row.id] };
      const [added] = await writer.write([insertUnlessTaken(row), withCode], [event]);
      return added?.rowsAffected === 1;
    },
    /** Changes the status. Returns false if the current status is none of `from`. */
    async setStatus(
      id: string,
      { from, change }: { from: readonly Plugin["status"][]; change: Pick<PluginRow, "status" | "error"> },
      event: NewEvent,
    ): Promise<boolean> {
      const still = and(byId(id), inArray(plugins.status, [...from]));
      const [result] = await writer.write([db.update(plugins).set(change).where(still)], [event]);
      return result?.rowsAffected === 1;
    },
    /** Removes the plugin and its code. Returns false if a pending or running benchmark uses it. */
    async removeUnlessUsed(id: string, event: NewEvent): Promise<boolean> {
      const gone = sql`NOT ${exists(db.select({ id: plugins.id }).from(plugins).where(byId(id)))}`;
      const [removed] = await writer.write(
        [
          db.delete(plugins).where(and(byId(id), sql`NOT EXISTS (${usersOf(id)})`)),
          db.delete(pluginCodes).where(and(eq(pluginCodes.plugin_id, id), gone)),
        ],
        [event],
      );
      return removed?.rowsAffected === 1;
    },
  };
}

export type PluginStore = ReturnType<typeof createPluginStore>;
