import { readMigrationFiles } from "drizzle-orm/migrator";

/** Reads the migrations when the code is bundled, so that the executable contains them and needs no other file. */
export function readMigrations(): { statements: string[]; hash: string; created_at: number }[] {
  const files = readMigrationFiles({ migrationsFolder: `${import.meta.dir}/../../../drizzle` });
  return files.map(({ sql, hash, folderMillis }) => ({ statements: sql, hash, created_at: folderMillis }));
}
