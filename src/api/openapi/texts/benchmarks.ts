import type { NounTexts } from "./noun-texts.ts";

export const BENCHMARKS = {
  tag: "Benchmarks",
  description: "Comparisons of models over a dataset.",
  operations: {
    createBenchmark: {
      summary: "Start a benchmark",
      description:
        "Calls every model with the same samples of a dataset and scores each answer. The benchmark runs in the " +
        "background and survives restarts. To follow it, poll `GET /v1/benchmarks/{id}` or subscribe to the topic " +
        "`benchmark.progress`.\n\n" +
        "`iterations` is the number of trials per run; by default, each sample is asked once. A benchmark of more " +
        "than 5,000 paid calls without `iterations` and `budget_usd` is refused with its expected cost, unless " +
        "`confirm` is true.\n\n" +
        "When all trials have ended, a paired test compares each pair of runs in each metric, and `assertions` are " +
        "checked. `equivalence_margin` is the smallest difference that matters. `cluster_by` names what counts as one " +
        "independent observation.\n\n" +
        "A canonical dataset is downloaded first, while the request waits. If this takes over 30 seconds, the answer " +
        "is 503 with `Retry-After`, and the download continues.",
      answers: { 201: "The new benchmark, whose status is `pending`." },
    },
    planBenchmark: {
      summary: "Estimate a benchmark without running it",
      description:
        "Takes the body of `POST /v1/benchmarks`, and `detect`. Returns the trials, tokens, cost and duration of " +
        "each run, estimated from prices, a tokenizer and past trials. Also returns the smallest difference that " +
        "this design can detect. Calls no model. A figure that cannot be known is null, and `reasons` says why.",
      answers: { 200: "The plan." },
    },
    listBenchmarks: {
      summary: "List benchmarks",
      description:
        "In this list, long results are null, and `left_out` names them. To read them, get the benchmark by its id.",
      answers: { 200: "One page of benchmarks, newest first." },
    },
    getBenchmark: {
      summary: "Get a benchmark",
      answers: { 200: "The benchmark. `results` is null until it has ended." },
    },
    getResults: {
      summary: "Get the results so far",
      description:
        "While the benchmark runs, these are interim results of the trials that are settled: `interim` is true. They " +
        "are computed anew every few seconds at most. They have no verdicts and no assertions, because stopping at " +
        "the first verdict would find false ones. Once the benchmark has ended, these are its final results.",
      answers: { 200: "The results." },
    },
    cancelBenchmark: {
      summary: "Cancel a benchmark",
      description: "Stops the benchmark now. Finished trials are kept and summarised.",
      answers: { 200: "The cancelled benchmark." },
    },
    rescoreBenchmark: {
      summary: "Rescore a benchmark's outputs",
      description:
        "Scores the stored outputs with other metrics, another judge, or another protocol's rule for reading " +
        "answers. The result is a new benchmark with the same outputs, prompts, times and costs; its `rescores` is " +
        "the id of the original. Only judges are called.",
      answers: { 201: "The new benchmark." },
    },
    resumeBenchmark: {
      summary: "Resume a benchmark",
      description:
        "Continues a benchmark that was cancelled, failed or exceeded its budget, or one that completed with " +
        "unanswered trials. Answered trials are kept. Trials whose provider failed are called again. `budget_usd` is " +
        "the new limit for the whole benchmark, including the cost so far.",
      answers: { 200: "The resumed benchmark." },
    },
    deleteBenchmark: {
      summary: "Delete a benchmark",
      description: "Also deletes its trials. A benchmark that has not ended cannot be deleted.",
      answers: { 200: "The benchmark is deleted." },
    },
    listTrials: {
      summary: "List a benchmark's trials",
      description:
        "Without filters, lists all trials. Long fields are null, and `left_out` names them. To read them, get the " +
        "trial by `GET /v1/benchmarks/{id}/trial`.",
      answers: { 200: "One page of trials." },
    },
    getTrial: {
      summary: "Get one whole trial",
      description:
        "Names the trial by its sample, run and repeat. Returns all fields in full, and the sample's metadata.",
      answers: { 200: "The trial." },
    },
    exportTrials: {
      summary: "Export a benchmark's trials as a file",
      description:
        "The format is `jsonl` (the default), with one trial per line, or `csv`. The filters are those of " +
        "`GET /v1/benchmarks/{id}/trials`. No field is cut. If an answer equals its whole output and is long, it " +
        "is null, and `left_out` names it.\n\nCSV is for spreadsheets. Text that would run as a formula gets an apostrophe in " +
        "front. A text of more than 32,767 characters is cut, and the column `cut` names it.",
      answers: { 200: "The trials, as a file to download." },
    },
    getReceipt: {
      summary: "Get a benchmark's receipt",
      description:
        "The receipt records everything that determines the results: dataset, order of trials, models, parameters " +
        "and protocols. One hash covers all of it.",
      answers: { 200: "The receipt." },
    },
    compareReceipts: {
      summary: "Compare the receipts of two benchmarks",
      answers: { 200: "The fields in which the two receipts differ." },
    },
    getReport: {
      summary: "Get a benchmark's report as a web page",
      description:
        "The page shows the results with charts of the intervals. It loads no other files, so it can be saved and " +
        "passed on.",
      answers: { 200: "An HTML page." },
    },
    compareBenchmarks: {
      summary: "Compare two benchmarks over their common samples",
      description:
        "Pairs runs with the same label, or the two runs that are named. Trials are paired by sample and repeat. " +
        "Samples are the same if their input, choices, expected answer and context are, so a dataset may have grown. " +
        "`a` is the run of the first benchmark, and the verdict is about `a`: `worse` means a regression. The " +
        "equivalence margin and the clusters are those of the first benchmark.\n\n" +
        "The answer is 409 if one of the two has no results yet, or if they used different protocols. It is also 409 " +
        "if they have no sample or no metric in common.",
      answers: { 200: "One comparison per metric and pair of runs." },
    },
  },
} as const satisfies NounTexts;
