import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import type { PluginEvent } from "../../domain/plugin.ts";
import type { NewEvent } from "../../events.ts";
import type { Sandbox } from "../../plugins/plugin.ts";
import type { PluginRow, PluginStore } from "../../store/plugins.ts";
import { shown } from "./calls.ts";
import { checkPlugin } from "./check.ts";
import { checkUpload, type PluginUpload } from "./upload.ts";

export const eventOf = (event: PluginEvent["event"], row: PluginRow, message?: string): NewEvent => ({
  topic: "plugin.events",
  data: { event, plugin: shown(row), ...(message === undefined ? {} : { message }) },
});

const clash = ({ name, version }: PluginRow): AppError =>
  new AppError(
    "CONFLICT",
    `'${name}' ${version} is installed with other content. Give yours another version.`,
    {
      field: "manifest.version",
    },
  );

function rowOf(
  { manifest, language, code_bytes, content_hash }: PluginUpload,
  created_by: string,
): PluginRow {
  const { name, version, plugin_type, description } = manifest;
  return {
    ...{ id: newId(), name, version, plugin_type, status: "loading", description, language, content_hash },
    ...{ code_bytes, error: null, manifest, created_by, created_at: now() },
  };
}

const isPassing = (error: unknown): boolean =>
  error instanceof AppError && error.code === "SERVICE_UNAVAILABLE";

/** Takes plugins from `loading` to `ready`, or to `error`. */
export function createInstaller(store: PluginStore, sandbox: Sandbox) {
  const become = async (
    row: PluginRow,
    status: "ready" | "error",
    error: string | null,
  ): Promise<PluginRow> => {
    const changed: PluginRow = { ...row, status, error };
    await store.setStatus(
      row.id,
      ["loading"],
      { status, error },
      eventOf(status, changed, error ?? undefined),
    );
    return changed;
  };

  /** Writes it as loading; what is there under that name and version stays, unless it is known to be faulty. */
  async function enter(row: PluginRow, code: string): Promise<PluginRow | undefined> {
    if (await store.addUnlessTaken(row, code, eventOf("loading", row))) return undefined;
    const taken = (await store.versions(row.name)).find(({ version }) => version === row.version);
    if (taken?.status === "error") await store.removeUnlessUsed(taken.id, eventOf("removed", taken));
    else if (taken) return taken;
    return enter(row, code);
  }

  return {
    /**
     * Installs an upload. The same content again is the plugin that is there; other content under its name and version is
     * CONFLICT. What does not pass the check is BAD_REQUEST and is not kept, unless `keep` says so: then it is in `error`.
     */
    async install(
      upload: PluginUpload,
      created_by: string,
      keep = false,
    ): Promise<{ row: PluginRow; created: boolean }> {
      const row = rowOf(upload, created_by);
      const taken = await enter(row, upload.code);
      if (taken && taken.content_hash !== row.content_hash) throw clash(taken);
      if (taken) return { row: taken, created: false };
      try {
        await checkPlugin(sandbox, upload);
      } catch (error) {
        // A server that stops leaves it as it is: the next start checks it again.
        if (keep && isPassing(error)) throw error;
        const message =
          error instanceof AppError ? error.message : "An error of the server's ended the check.";
        const failed = { ...row, status: "error", error: message } as const;
        if (!keep) await store.removeUnlessUsed(row.id, eventOf("error", failed, message));
        else return { row: await become(row, "error", message), created: true };
        throw error;
      }
      return { row: await become(row, "ready", null), created: true };
    },
    /** Checks again what a process was at when it ended. */
    async resume(): Promise<void> {
      for (const row of await store.loading()) {
        const { manifest, language, code_bytes } = row;
        const code = (await store.code(row.id)) ?? "";
        try {
          await checkPlugin(sandbox, checkUpload(manifest, { language, code, code_bytes }));
          await become(row, "ready", null);
        } catch (error) {
          if (!(error instanceof AppError) || isPassing(error)) throw error;
          await become(row, "error", error.message);
        }
      }
    },
  };
}

export type Installer = ReturnType<typeof createInstaller>;
