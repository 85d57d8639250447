import type { NounTexts } from "./noun-texts.ts";

export const DATASETS = {
  tag: "Datasets",
  description: "The samples that benchmarks send to models.",
  operations: {
    createDataset: {
      summary: "Upload a dataset",
      description:
        "Takes JSON samples, or `multipart/form-data` with a `file` and a `name`. The file's `format` is `jsonl`, " +
        "`csv` or `parquet`; by default, the file's name determines it. `mapping` is JSON that names the columns. " +
        "`shots` is a file of solved examples. A canonical dataset's original files need no mapping if the upload " +
        "has its canonical name.\n\n" +
        "If a dataset with the same name and content exists, the answer is 200 with that dataset.",
      answers: { 200: "The existing dataset with the same name and content.", 201: "The new dataset." },
    },
    listDatasets: {
      summary: "List datasets",
      description:
        "Lists stored datasets, built-in datasets, and canonical datasets of the Hugging Face hub. Each has the " +
        "protocols that a benchmark can use with it.",
      answers: { 200: "One page of datasets." },
    },
    getDataset: { summary: "Get a dataset", answers: { 200: "The dataset, without its samples." } },
    listSamples: {
      summary: "List a dataset's samples",
      description:
        "In this list, long fields are null, and `left_out` names them. To read them, get the sample by its id.",
      answers: { 200: "One page of samples." },
    },
    getSample: { summary: "Get a sample", answers: { 200: "The sample." } },
    fetchDataset: {
      summary: "Download a canonical dataset",
      description:
        "Optional: a benchmark downloads its canonical dataset by itself. This request waits up to 30 seconds. After " +
        "that, `status` is `downloading` and the download continues. Repeat the request to wait again.",
      answers: { 200: "The dataset, whose `status` is `ready` or `downloading`." },
    },
    deleteDataset: {
      summary: "Delete a dataset",
      description: "A dataset that a benchmark uses cannot be deleted.",
      answers: { 200: "The dataset is deleted." },
    },
  },
} as const satisfies NounTexts;
