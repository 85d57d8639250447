import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Plugin, PluginManifest } from "../../domain/plugin.ts";

export const plugins = sqliteTable(
  "plugins",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    version: text().notNull(),
    plugin_type: text().$type<Plugin["plugin_type"]>().notNull(),
    status: text().$type<Plugin["status"]>().notNull(),
    description: text().notNull(),
    language: text().$type<Plugin["language"]>().notNull(),
    content_hash: text().notNull(),
    code_bytes: integer().notNull(),
    error: text(),
    manifest: text({ mode: "json" }).$type<PluginManifest>().notNull(),
    created_by: text().notNull(),
    created_at: text().notNull(),
  },
  (table) => [uniqueIndex("plugins_name_version").on(table.name, table.version)],
);

/** The code of plugins, apart from their rows, which are read more often. WebAssembly is stored in base64. */
export const pluginCodes = sqliteTable("plugin_codes", {
  plugin_id: text().primaryKey(),
  code: text().notNull(),
});
