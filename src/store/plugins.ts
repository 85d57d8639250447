import { eq } from "drizzle-orm";
import type { PageRequest } from "../domain/page.ts";
import { listPage } from "./list.ts";
import type { Database } from "./open.ts";
import { plugins } from "./schema.ts";

export type PluginRow = typeof plugins.$inferSelect;

export function createPluginStore({ db }: Database) {
  return {
    find: async (id: string) => (await db.select().from(plugins).where(eq(plugins.id, id)))[0],
    list: (page: PageRequest) => listPage(db, plugins, plugins.id, page),
    all: () => db.select().from(plugins),
  };
}

export type PluginStore = ReturnType<typeof createPluginStore>;
