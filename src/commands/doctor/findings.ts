import { existsSync, statfsSync, statSync } from "node:fs";
import type { DatabaseReport } from "../../store/file/inspect.ts";
import { companionsOf, isOpenToOthers } from "../../store/file/private-file.ts";
import { FREE_MIN_BYTES } from "../../store/file/storage-health.ts";

/** One thing that was looked at. */
export interface Finding {
  state: "ok" | "warning" | "fault";
  subject: string;
  found: string;
}

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
/** Rows that are newer than the clock by more than this say that the clock is behind. */
const AHEAD_MS = 60_000;
/** Without a new row for so long, the clock may be ahead. */
const GAP_DAYS = 7;

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
const dateOf = (time: number): string => new Date(time).toISOString();
const finding = (state: Finding["state"], subject: string, found: string): Finding => ({
  state,
  subject,
  found,
});

/** Who may read the folder, and the database with its companions. */
export function permissionFindings(data_dir: string, file: string | null): Finding[] {
  const files = file === null ? [] : [file, ...companionsOf(file)].filter((path) => existsSync(path));
  const open = files.filter(isOpenToOthers);
  return [
    isOpenToOthers(data_dir)
      ? finding("warning", "DATA_DIR", `${data_dir} is open to other accounts: chmod 700 closes it`)
      : finding("ok", "DATA_DIR", `${data_dir}, its owner's alone`),
    open.length > 0
      ? finding("fault", "permissions", `open to other accounts: ${open.join(", ")}; chmod 600 closes them`)
      : finding("ok", "permissions", `${files.length} database files, their owner's alone`),
  ];
}

export function spaceFinding(data_dir: string): Finding {
  const { bavail, bsize } = statfsSync(data_dir);
  const free = bavail * bsize;
  return free < FREE_MIN_BYTES
    ? finding("fault", "free space", `${mib(free)}; the server needs at least ${mib(FREE_MIN_BYTES)}`)
    : finding("ok", "free space", mib(free));
}

function schemaFinding({ schema_version: version, known_version: known }: DatabaseReport): Finding {
  if (version === null)
    return finding("fault", "schema", "no version was found: this is no database of this server");
  if (version > known)
    return finding(
      "fault",
      "schema",
      `version ${version} is newer than this program's ${known}: start the newer version`,
    );
  return version < known
    ? finding("warning", "schema", `version ${version}; the next start migrates it to ${known}`)
    : finding("ok", "schema", `version ${version}, as this program's`);
}

/** Compares the clock with the newest row. */
export function clockFinding(newest: number | null, now: number): Finding {
  if (newest === null) return finding("ok", "clock", `${dateOf(now)}; there is no row to compare it with`);
  const compared = `${dateOf(now)}; the newest row is of ${dateOf(newest)}`;
  if (newest - now > AHEAD_MS) return finding("fault", "clock", `${compared}, which is in the future`);
  return (now - newest) / DAY_MS > GAP_DAYS
    ? finding("warning", "clock", `${compared}, over ${GAP_DAYS} days before`)
    : finding("ok", "clock", compared);
}

/** What a check of the database found; `report` is null if there is no database yet. */
export function databaseFindings(file: string, report: DatabaseReport | null, now: number): Finding[] {
  if (report === null) return [finding("ok", "database", `none yet at ${file}`), clockFinding(null, now)];
  const { faults } = report;
  if (report.schema_version === null && faults.length > 0)
    return [finding("fault", "integrity", faults.join("; ")), clockFinding(null, now)];
  return [
    finding("ok", "database", `${file}, ${mib(statSync(file).size)}`),
    faults.length > 0
      ? finding("fault", "integrity", `${faults.join("; ")}: restore a backup with 'restore FILE'`)
      : finding("ok", "integrity", "integrity_check found no fault"),
    schemaFinding(report),
    clockFinding(report.newest_row, now),
  ];
}
