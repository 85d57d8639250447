import { AppError, notFound } from "../domain/errors.ts";
import type { Page, PageRequest } from "../domain/page.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import type { ExecutePlugin, Plugin, PluginExecution } from "../domain/plugin.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";

const shown = ({ created_at: _, ...plugin }: PluginRow): Plugin => plugin;

/** Plugins as they are recorded. None can be installed yet, so none can be executed: every id is unknown. */
export function createPlugins(store: PluginStore) {
  async function find(id: string): Promise<Plugin> {
    const row = await store.find(id);
    if (!row) throw notFound("plugin", id);
    return shown(row);
  }

  return {
    async list(caller: Caller, request: PageRequest): Promise<Page<Plugin>> {
      authorize(caller, "plugins.read");
      const page = await store.list(request);
      return { ...page, items: page.items.map(shown) };
    },
    async all(caller: Caller): Promise<Plugin[]> {
      authorize(caller, "plugins.read");
      return (await store.all()).map(shown);
    },
    async get(caller: Caller, id: string): Promise<Plugin> {
      authorize(caller, "plugins.read");
      return find(id);
    },
    async execute(caller: Caller, id: string, _request: ExecutePlugin): Promise<PluginExecution> {
      authorize(caller, "plugins.execute");
      const { name } = await find(id);
      throw new AppError("SERVICE_UNAVAILABLE", `This version can't execute plugins, '${name}' among them.`, {
        plugin: id,
      });
    },
  };
}

export type Plugins = ReturnType<typeof createPlugins>;
