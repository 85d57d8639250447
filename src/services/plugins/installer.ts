import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import type { PluginEvent } from "../../domain/plugin.ts";
import type { NewEvent } from "../../events.ts";
import type { Sandbox } from "../../plugins/plugin.ts";
import type { PluginRow, PluginStore } from "../../store/plugins.ts";
import { toListedPlugin } from "./calls.ts";
import { checkPlugin } from "./check.ts";
import { checkUpload, type PluginUpload } from "./upload.ts";

/** Returns the event to store with a change of a plugin. */
export const eventOf = (event: PluginEvent["event"], row: PluginRow, message?: string): NewEvent => ({
  topic: "plugin.events",
  data: { event, plugin: toListedPlugin(row), ...(message === undefined ? {} : { message }) },
});

const clashError = ({ name, version }: PluginRow): AppError =>
  new AppError(
    "CONFLICT",
    `The plugin '${name}' ${version} is installed with other content. Give yours another version.`,
    { field: "manifest.version" },
  );

function rowOf(
  { manifest, language, code_bytes, content_hash }: PluginUpload,
  created_by: string,
): PluginRow {
  const { name, version, plugin_type, description } = manifest;
  return {
    id: newId(),
    name,
    version,
    plugin_type,
    status: "loading",
    description,
    language,
    content_hash,
    code_bytes,
    error: null,
    manifest,
    created_by,
    created_at: now(),
  };
}

/** Whether the server itself could not finish the check, so that the next start repeats it. */
const isTemporary = (error: unknown): boolean =>
  error instanceof AppError && error.code === "SERVICE_UNAVAILABLE";

interface InstallOptions {
  created_by: string;
  /** Stores a plugin that fails its check, in `error`. */
  keep_faulty?: boolean;
}

/** Takes plugins from `loading` to `ready` or to `error`. */
export function createInstaller(store: PluginStore, sandbox: Sandbox) {
  /** Ends the check of a plugin, with the reason if it failed. */
  async function endLoading(row: PluginRow, error: string | null): Promise<PluginRow> {
    const status = error === null ? "ready" : "error";
    const changed: PluginRow = { ...row, status, error };
    await store.setStatus(
      row.id,
      { from: ["loading"], change: { status, error } },
      eventOf(status, changed, error ?? undefined),
    );
    return changed;
  }

  /**
   * Stores the plugin as `loading`. Returns the installed plugin of that name and version instead, if there is one; one
   * in `error` is replaced.
   */
  async function addUnlessInstalled(row: PluginRow, code: string): Promise<PluginRow | undefined> {
    if (await store.addUnlessTaken(row, code, eventOf("loading", row))) return undefined;
    const taken = (await store.versions(row.name)).find(({ version }) => version === row.version);
    if (taken?.status === "error") await store.removeUnlessUsed(taken.id, eventOf("removed", taken));
    else if (taken) return taken;
    return addUnlessInstalled(row, code);
  }

  return {
    /**
     * Installs an upload. The same content again returns the installed plugin. Throws CONFLICT for other content under an
     * installed name and version, and BAD_REQUEST for a plugin that fails its check. With `keep_faulty`, such a plugin is
     * stored in `error` instead.
     */
    async install(
      upload: PluginUpload,
      { created_by, keep_faulty = false }: InstallOptions,
    ): Promise<{ row: PluginRow; created: boolean }> {
      const row = rowOf(upload, created_by);
      const taken = await addUnlessInstalled(row, upload.code);
      if (taken && taken.content_hash !== row.content_hash) throw clashError(taken);
      if (taken) return { row: taken, created: false };
      try {
        await checkPlugin(sandbox, upload);
      } catch (error) {
        // A server that stops leaves the plugin in `loading`: the next start checks it again.
        if (keep_faulty && isTemporary(error)) throw error;
        const message =
          error instanceof AppError ? error.message : "An internal error of the server ended the check.";
        if (keep_faulty) return { row: await endLoading(row, message), created: true };
        const failed = { ...row, status: "error", error: message } as const;
        await store.removeUnlessUsed(row.id, eventOf("error", failed, message));
        throw error;
      }
      return { row: await endLoading(row, null), created: true };
    },
    /** Repeats the checks that a process had not finished when it ended. */
    async resume(): Promise<void> {
      for (const row of await store.loading()) {
        const { manifest, language, code_bytes } = row;
        const code = (await store.code(row.id)) ?? "";
        try {
          await checkPlugin(sandbox, checkUpload(manifest, { language, code, code_bytes }));
          await endLoading(row, null);
        } catch (error) {
          if (!(error instanceof AppError) || isTemporary(error)) throw error;
          await endLoading(row, error.message);
        }
      }
    },
  };
}

export type Installer = ReturnType<typeof createInstaller>;
