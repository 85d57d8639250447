import { Elysia, t } from "elysia";
import { BACKUP_PATH, INSPECT_PATH, PRICES_PATH } from "../domain/operator-paths.ts";
import type { Backups } from "../services/system/backups.ts";
import type { PriceUpdates } from "../services/system/price-updates.ts";
import type { Log } from "../telemetry/log.ts";
import { body } from "./middleware/body.ts";
import { errors } from "./middleware/errors.ts";
import { requestContext } from "./middleware/request-context.ts";
import { withBody } from "./rest/support/input.ts";

const CreateBackup = t.Object({ file: t.String({ minLength: 1 }) }, { additionalProperties: false });

const UpdatePrices = t.Object({ from: t.String({ minLength: 1 }) }, { additionalProperties: false });

export interface OperatorParts {
  log: Log;
  backups: Backups;
  priceUpdates: PriceUpdates;
  /** Reads the whole database, and returns what it found. */
  inspect(): Promise<object>;
}

/** Creates the routes for the operator. Only the control socket serves them; they are not on the network. */
export const createOperatorApp = ({ log, backups, priceUpdates, inspect }: OperatorParts) =>
  new Elysia({ normalize: false })
    .use(requestContext(0))
    .use(errors(log))
    .use(body())
    .get(INSPECT_PATH, inspect)
    .post(BACKUP_PATH, ({ body: { file } }) => backups.create(file), withBody(CreateBackup))
    .post(PRICES_PATH, ({ body: { from } }) => priceUpdates.update(from), withBody(UpdatePrices));
