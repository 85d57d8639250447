/** Writes log lines as the server does: of the level given, what stands as JSON in the second argument, and errors. */
import { createLog } from "../../../src/telemetry/log.ts";

const [level = "info", fields = "{}"] = Bun.argv.slice(2);
const log = createLog(level);

class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly headers = { authorization: "Bearer s3cr3t" };
  readonly prompt = "s3cr3t";
}
const ofStatement = new Error("Failed query: insert into users values (?)\nparams: s3cr3t,\nand s3cr3t");

log.info(JSON.parse(fields), "something happened");
const errors = [
  new Error("a fault", { cause: new Error("its cause") }),
  new UpstreamError("refused"),
  ofStatement,
];
for (const err of [...errors, "just a text"]) log.error({ err }, "something failed");
log.flush();
