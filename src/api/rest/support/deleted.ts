import { t } from "elysia";

/** The answer of every DELETE. */
export const Deleted = t.Object({ deleted: t.Literal(true) });

/** Answers `{"deleted": true}` once the removal is done. */
export async function deleted(removal: Promise<void>): Promise<{ deleted: true }> {
  await removal;
  return { deleted: true };
}
