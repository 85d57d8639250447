import { readMigrationFiles } from "drizzle-orm/migrator";

/** Runs when the code is bundled, so that the binary carries its migrations and needs no folder beside it. */
export function readMigrations(): { statements: string[]; hash: string; created_at: number }[] {
  const files = readMigrationFiles({ migrationsFolder: `${import.meta.dir}/../../../drizzle` });
  return files.map(({ sql, hash, folderMillis }) => ({ statements: sql, hash, created_at: folderMillis }));
}
