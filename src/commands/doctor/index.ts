import { configFromEnvironment } from "../../config/index.ts";
import { controlSocket, INSPECT_PATH } from "../../domain/operator-paths.ts";
import { databasePath } from "../../store/file/database-path.ts";
import { type DatabaseReport, inspectFile } from "../../store/file/inspect.ts";
import { lockData } from "../../store/file/lock.ts";
import { type Command, print, readArguments } from "../command.ts";
import { isAnswered, throughSocket } from "../operator.ts";
import { table } from "../terminal.ts";
import { databaseFindings, type Finding, permissionFindings, spaceFinding } from "./findings.ts";

const USAGE = "doctor";

/** Asks the running server, which alone may open its database; without one, inspects the file. */
async function reportOf(
  file: string,
  data_dir: string,
): Promise<{ report: DatabaseReport | null; by: string }> {
  const unix = controlSocket(data_dir);
  if (await isAnswered(unix)) {
    let report: DatabaseReport | null = null;
    await throughSocket(unix, async (operate) => {
      report = (await operate("GET", INSPECT_PATH)) as DatabaseReport;
    });
    return { report, by: "running; it inspected its database" };
  }
  const lock = await lockData(data_dir, file);
  try {
    return { report: await inspectFile(file, data_dir), by: "not running" };
  } finally {
    await lock.release();
  }
}

async function findingsOf(): Promise<Finding[]> {
  const { data_dir, database_url } = configFromEnvironment();
  const file = databasePath(database_url);
  const around = [...permissionFindings(data_dir, file), spaceFinding(data_dir)];
  if (file === null)
    return [
      ...around,
      { state: "ok", subject: "database", found: "on a libSQL server, which is not inspected" },
    ];
  const { report, by } = await reportOf(file, data_dir);
  const server: Finding = { state: "ok", subject: "server", found: by };
  return [server, ...around, ...databaseFindings(file, report, Date.now())];
}

export const doctor: Command = {
  name: "doctor",
  usage: USAGE,
  summary:
    "Check the database's integrity and schema version, free space, clock and permissions. Changes no data. Exit code 1 means a fault. A running server answers nothing else while it reads its database.",
  async run(argv) {
    readArguments({ options: {} }, argv, USAGE);
    const findings = await findingsOf();
    const columns = [{ title: "state" }, { title: "subject" }, { title: "found" }];
    print(
      table(
        columns,
        findings.map(({ state, subject, found }) => [state, subject, found]),
      ),
    );
    return findings.some(({ state }) => state === "fault") ? 1 : 0;
  },
};
