/** Writes log lines as the server does: of the level given, what stands as JSON in the second argument, and one more. */
import { createLog } from "../../../src/telemetry/log.ts";

const [level = "info", fields = "{}"] = Bun.argv.slice(2);
const log = createLog(level);
log.info(JSON.parse(fields), "something happened");
log.error({ err: new Error("a fault", { cause: new Error("its cause") }) }, "something failed");
log.flush();
