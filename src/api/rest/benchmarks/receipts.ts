import { Elysia, t } from "elysia";
import { Receipt, ReceiptComparison } from "../../../domain/benchmarks/receipt.ts";
import { Id, IdParams } from "../../../domain/fields.ts";
import type { Receipts } from "../../../services/benchmarks/receipts.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { describe } from "../support/describe.ts";

export const receiptRoutes = (receipts: Receipts) =>
  new Elysia({ name: "rest/receipts", prefix: "/v1/benchmarks" })
    .use(callerContext)
    .get("/:id/receipt", ({ caller, params }) => receipts.get(caller, params.id), {
      params: IdParams,
      ...describe("getReceipt", { answer: Receipt, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    })
    .get("/:id/receipt/:other", ({ caller, params }) => receipts.compare(caller, params.id, params.other), {
      params: t.Object({ id: Id, other: Id }),
      ...describe("compareReceipts", {
        answer: ReceiptComparison,
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
      }),
    });
