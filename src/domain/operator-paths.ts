import { join } from "node:path";

/** The socket in DATA_DIR through which the command line reaches a running server. */
export const controlSocket = (data_dir: string): string => join(data_dir, "control.sock");

/** Not under /v1: nothing of this is in the API. */
const PREFIX = "/operator/";
export const BACKUP_PATH = `${PREFIX}backup`;
export const PRICES_PATH = `${PREFIX}prices`;

/** Whether the path is one of what the operator alone may ask for. */
export const isOperatorPath = (path: string): boolean => path.startsWith(PREFIX);
