import { Elysia, t } from "elysia";
import { IdParams } from "../../../domain/fields.ts";
import type { Benchmarks } from "../../../services/benchmarks/index.ts";
import type { Receipts } from "../../../services/benchmarks/receipts.ts";
import { callerContext } from "../../middleware/request-context.ts";
import { reportPage } from "../../pages/report/index.ts";
import { describe } from "../support/describe.ts";

export const reportRoutes = (benchmarks: Benchmarks, receipts: Receipts) =>
  new Elysia({ name: "rest/reports", prefix: "/v1/benchmarks" }).use(callerContext).get(
    "/:id/report",
    async ({ caller, params }) => {
      const receipt = await receipts.get(caller, params.id);
      return reportPage(await benchmarks.get(caller, params.id), receipt);
    },
    {
      params: IdParams,
      ...describe("getReport", {
        answer: t.String(),
        answer_type: "text/html",
        errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
      }),
    },
  );
