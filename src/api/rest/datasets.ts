import { Elysia } from "elysia";
import { Dataset, DatasetListing, DatasetNameParams, Sample } from "../../domain/dataset.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Datasets } from "../../services/datasets/index.ts";
import { callerContext } from "../middleware/request-context.ts";
import { Deleted, describe } from "./support/describe.ts";
import { paged } from "./support/input.ts";

const tag = "Datasets";

export const datasetRoutes = (datasets: Datasets) =>
  new Elysia({ name: "rest/datasets", prefix: "/v1/datasets" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, status }) => {
        const { dataset, created } = await datasets.create(caller, body);
        return status(created ? 201 : 200, dataset);
      },
      describe({
        tag,
        summary: "Upload a dataset",
        description:
          "Either JSON samples, or multipart/form-data with `file`, `name`, `format` (jsonl, csv or parquet; else told from the file's name), `mapping` (JSON), and in `shots` a file of solved examples. Under a canonical set's name its publishers' own files need no mapping. The same content under the same name again answers 200 and the dataset that is there.",
        answer: Dataset,
        status: 201,
        errors: ["BAD_REQUEST", "CONFLICT", "PAYLOAD_TOO_LARGE"],
      }),
    )
    .get("/", ({ caller, query }) => datasets.list(caller, pageRequest(query)), {
      ...paged,
      ...describe({
        tag,
        summary: "List the datasets",
        description:
          "What is stored, what ships, and the canonical sets of the Hugging Face hub, with the protocols that a benchmark may name.",
        answer: PageOf(DatasetListing),
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/:id", ({ caller, params }) => datasets.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "Look at a dataset",
        answer: Dataset,
        errors: ["BAD_REQUEST", "NOT_FOUND"],
      }),
    })
    .get(
      "/:id/samples",
      ({ caller, params, query }) => datasets.samples(caller, params.id, pageRequest(query)),
      {
        params: IdParams,
        ...paged,
        ...describe({
          tag,
          summary: "Read the samples",
          answer: PageOf(Sample),
          errors: ["BAD_REQUEST", "NOT_FOUND"],
        }),
      },
    )
    .post("/:name/fetch", ({ caller, params }) => datasets.fetch(caller, params.name), {
      params: DatasetNameParams,
      ...describe({
        tag,
        summary: "Fetch a dataset before it is needed",
        description:
          "Benchmarks fetch canonical sets by themselves. This waits for half a minute; after that `status` is `downloading`, and asking again goes on waiting.",
        answer: DatasetListing,
        errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
      }),
    })
    .delete(
      "/:id",
      async ({ caller, params }) => {
        await datasets.remove(caller, params.id);
        return { deleted: true };
      },
      {
        params: IdParams,
        ...describe({
          tag,
          summary: "Delete a dataset that no benchmark was made over",
          answer: Deleted,
          errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"],
        }),
      },
    );
