import { join } from "node:path";

/** Returns the path of the socket in DATA_DIR through which the command line reaches a running server. */
export const controlSocket = (data_dir: string): string => join(data_dir, "control.sock");

/** Outside of /v1, because these paths are not part of the API. */
const PREFIX = "/operator/";
export const BACKUP_PATH = `${PREFIX}backup`;
export const INSPECT_PATH = `${PREFIX}inspect`;
export const PRICES_PATH = `${PREFIX}prices`;

/** Returns whether only the operator may request this path. */
export const isOperatorPath = (path: string): boolean => path.startsWith(PREFIX);
