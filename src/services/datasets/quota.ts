import { AppError } from "../../base/errors.ts";
import type { Caller } from "../../domain/permissions.ts";
import type { DatasetStore } from "../../store/datasets.ts";

const MEGABYTE = 1_000_000;

function exceeded(maximum_bytes: number, used_bytes: number): AppError {
  const maximum = `${maximum_bytes / MEGABYTE} MB, the maximum (UPLOAD_QUOTA_MB)`;
  return new AppError(
    "PAYLOAD_TOO_LARGE",
    `With this dataset, yours would have more than ${maximum} together. Delete one of them first.`,
    { field: "body", maximum_bytes, used_bytes },
  );
}

/** Limits the bytes of all datasets that one caller has uploaded. 0 megabytes stand for no limit. */
export function createUploadQuota(
  store: Pick<DatasetStore, "uploadsOf" | "bytesOf">,
  quota_mb: number,
): { open(caller: Caller): Promise<(bytes: number) => void> } {
  /** Stored samples never change, so that each dataset is measured once. */
  const sizes = new Map<string, number>();

  async function usedBy(created_by: string): Promise<number> {
    let used = 0;
    for (const upload of await store.uploadsOf(created_by)) {
      const bytes = sizes.get(upload.dataset_id) ?? (await store.bytesOf(upload));
      sizes.set(upload.dataset_id, bytes);
      used += bytes;
    }
    return used;
  }

  return {
    /** Returns the function that counts the bytes of an upload. It throws PAYLOAD_TOO_LARGE beyond the quota. */
    async open({ kind, id }) {
      if (quota_mb === 0 || kind === "operator") return () => undefined;
      const maximum = quota_mb * MEGABYTE;
      const used = await usedBy(id);
      let written = 0;
      return (bytes) => {
        written += bytes;
        if (used + written > maximum) throw exceeded(maximum, used);
      };
    },
  };
}
