import { Elysia } from "elysia";
import {
  Dataset,
  DatasetListing,
  DatasetNameParams,
  Sample,
  SampleListing,
  SampleParams,
} from "../../domain/dataset.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Datasets } from "../../services/datasets/index.ts";
import { callerContext } from "../middleware/request-context.ts";
import { Deleted, deleted } from "./support/deleted.ts";
import { describe } from "./support/describe.ts";
import { paged } from "./support/input.ts";

export const datasetRoutes = (datasets: Datasets) =>
  new Elysia({ name: "rest/datasets", prefix: "/v1/datasets" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, status }) => {
        const { dataset, created } = await datasets.create(caller, body);
        return status(created ? 201 : 200, dataset);
      },
      describe("createDataset", {
        answer: Dataset,
        status: 201,
        errors: ["BAD_REQUEST", "CONFLICT"],
      }),
    )
    .get("/", ({ caller, query }) => datasets.list(caller, pageRequest(query)), {
      ...paged,
      ...describe("listDatasets", { answer: PageOf(DatasetListing), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => datasets.get(caller, params.id), {
      params: IdParams,
      ...describe("getDataset", { answer: Dataset, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    })
    .get(
      "/:id/samples",
      ({ caller, params, query }) => datasets.samples(caller, params.id, pageRequest(query)),
      {
        params: IdParams,
        ...paged,
        ...describe("listSamples", { answer: PageOf(SampleListing), errors: ["BAD_REQUEST", "NOT_FOUND"] }),
      },
    )
    .get(
      "/:id/samples/:sample_id",
      ({ caller, params }) => datasets.sample(caller, params.id, params.sample_id),
      {
        params: SampleParams,
        ...describe("getSample", { answer: Sample, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
      },
    )
    .post("/:name/fetch", ({ caller, params }) => datasets.fetch(caller, params.name), {
      params: DatasetNameParams,
      ...describe("fetchDataset", { answer: DatasetListing, errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"] }),
    })
    .delete("/:id", ({ caller, params }) => deleted(datasets.remove(caller, params.id)), {
      params: IdParams,
      ...describe("deleteDataset", { answer: Deleted, errors: ["BAD_REQUEST", "NOT_FOUND", "CONFLICT"] }),
    });
