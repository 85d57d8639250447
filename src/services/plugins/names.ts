import { AppError, badField } from "../../base/errors.ts";
import { yieldToEventLoop } from "../../base/event-loop.ts";
import { unknownName } from "../../base/nearest.ts";
import { type PinnedPlugin, PLUGIN_PREFIX, type PluginType } from "../../domain/plugin.ts";
import type { PluginRow, PluginStore } from "../../store/plugins.ts";
import { scaleOf } from "./plugin-metric.ts";

export const isPluginRef = (name: string): boolean => name.startsWith(PLUGIN_PREFIX);

/** Returns the plugin as a benchmark or evaluation records it, pinned to its version and content. */
export const pinOf = (ref: string, row: PluginRow, parameters: PinnedPlugin["parameters"]): PinnedPlugin => {
  const { id, name, version, content_hash, description } = row;
  return { ref, id, name, version, content_hash, description, parameters, scale: scaleOf(row.manifest) };
};

const isRelease = ({ version }: Pick<PluginRow, "version">): boolean =>
  !version.split("+", 1)[0]?.includes("-");

/** Returns the newest release, else the newest pre-release; undefined if there are no rows. */
function newest<Row extends Pick<PluginRow, "version">>(rows: readonly Row[]): Row | undefined {
  const releases = rows.filter(isRelease);
  return (releases.length > 0 ? releases : [...rows]).sort((left, right) =>
    Bun.semver.order(right.version, left.version),
  )[0];
}

const UNREADY_REASONS: Readonly<Record<string, string>> = {
  loading: "is still being checked. Try again later",
  error: "has failed its check. Install a corrected version",
  disabled: "is disabled. An admin can enable it",
};

/** Throws CONFLICT if the plugin is installed but not ready. */
export function refuseUnready({ name, version, status, error }: PluginRow): void {
  if (status === "ready") return;
  throw new AppError("CONFLICT", `The plugin '${name}' ${version} ${UNREADY_REASONS[status]}.`, {
    status,
    ...(error === null ? {} : { reason: error }),
  });
}

/** Finds plugins by their names in requests: `plugin:<name>` for the newest ready version, `plugin:<name>@<version>`. */
export function createPluginNames(store: PluginStore) {
  /** Returns the error for an unknown name. It lists the versions of a known name, else all names. */
  async function unknown(field: string, ref: string, type: PluginType): Promise<AppError> {
    const ready = (await store.all()).filter(
      ({ status, plugin_type }) => status === "ready" && plugin_type === type,
    );
    const versions = ready.map(({ name, version }) => `${PLUGIN_PREFIX}${name}@${version}`);
    const ofName = versions.filter((known) => known.startsWith(`${ref.split("@", 1)[0]}@`));
    const names = new Set(ready.map(({ name }) => PLUGIN_PREFIX + name));
    return unknownName(field, type, ref, { known: ofName.length > 0 ? ofName : [...names] });
  }

  async function named(ref: string): Promise<PluginRow | undefined> {
    const [name = "", version] = ref.slice(PLUGIN_PREFIX.length).split("@", 2);
    const versions = await store.versions(name);
    if (version !== undefined) return versions.find((row) => row.version === version);
    return newest(versions.filter(({ status }) => status === "ready")) ?? newest(versions);
  }

  return {
    /** Throws BAD_REQUEST for a plugin that is unknown or of another type, and CONFLICT for one that is not ready. */
    async require(ref: string, field: string, type: PluginType): Promise<PluginRow> {
      const row = await named(ref);
      if (!row) throw await unknown(field, ref, type);
      if (row.plugin_type !== type)
        throw badField(
          field,
          `the plugin '${row.name}' has the type ${row.plugin_type}; this field needs ${type}`,
          {
            accepted: [type],
          },
        );
      refuseUnready(row);
      return row;
    },
    /** Returns the plugin that a benchmark is pinned to; undefined once it is removed. */
    pinned: (id: string): Promise<PluginRow | undefined> => store.find(id),
    /** Returns the newest ready version of each plugin of a type. */
    async ready(type: PluginType): Promise<PluginRow[]> {
      const rows = (await store.all()).filter(
        ({ status, plugin_type }) => status === "ready" && plugin_type === type,
      );
      const found: PluginRow[] = [];
      for (const versions of Map.groupBy(rows, ({ name }) => name).values()) {
        const { id = "" } = newest(versions) ?? {};
        const row = await store.find(id);
        if (row) found.push(row);
        // A manifest may have megabytes.
        await yieldToEventLoop();
      }
      return found;
    },
  };
}

export type PluginNames = ReturnType<typeof createPluginNames>;
