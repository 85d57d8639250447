import { AppError, badField, within } from "../../base/errors.ts";
import { yieldToEventLoop } from "../../base/event-loop.ts";
import { parseJson } from "../../base/json/json.ts";
import { validator } from "../../base/validation.ts";
import { findHubDataset } from "../../datasets/hub-datasets.ts";
import { hasColumnsOf, samplesOfSet } from "../../datasets/hub-samples.ts";
import { columnsOf, samplesOfInputs, samplesOfRows } from "../../datasets/mapping/index.ts";
import { formatOf, readRows } from "../../datasets/sources/index.ts";
import { AnswerPattern, createPatternReader } from "../../domain/answers/answer-pattern.ts";
import {
  ColumnMapping,
  DatasetName,
  type FileFormat,
  type Sample,
  SampleInput,
  UncheckedDataset,
} from "../../domain/dataset.ts";

/** The body without its samples and examples, of which each is checked by itself: they may be millions. */
const requestOf = validator(UncheckedDataset);
const sampleOf = validator(SampleInput);
/** Samples that are checked before others may have a turn. */
const CHECKED_AT_ONCE = 500;
const mappingOf = validator(ColumnMapping);
const nameOf = validator(DatasetName);
const patternOf = validator(AnswerPattern);

/** Reads one field of a form. Throws its faults as BAD_REQUEST naming that field. */
function field<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const inner =
      typeof error.details.field === "string" && error.details.field ? `.${error.details.field}` : "";
    const fault = typeof error.details.fault === "string" ? error.details.fault : error.message;
    throw badField(
      `${name}${inner}`,
      fault,
      error.details.accepted === undefined ? {} : { accepted: error.details.accepted },
    );
  }
}

/** Reads the column mapping, which a form holds as JSON text. */
function parseMapping(text: unknown): ColumnMapping | undefined {
  if (text === undefined || text === "") return undefined;
  return field("mapping", () => {
    if (typeof text !== "string") throw badField("", "must be JSON text");
    return mappingOf(parseJson(text, ""));
  });
}

/** The content of an upload. */
interface Upload {
  name: string;
  samples: Sample[];
  /** Solved examples, if the upload has some. */
  shots?: Sample[];
  choice_seed?: number;
  answer_pattern?: AnswerPattern;
}

const fileIn = (form: Record<string, unknown>, name: string): Blob => {
  const file = form[name];
  if (file instanceof Blob) return file;
  throw badField(name, "must be a file");
};

const filenameOf = (file: Blob): string => (file instanceof File ? file.name : "");

/** Reads the second file. Its faults name the field `shots`, because the reader names every file `file`. */
async function readShots<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError) || error.details.field !== "file") throw error;
    const message = error.message.replace(/^file/, "shots");
    throw new AppError(error.code, message, { ...error.details, field: "shots" }, { cause: error });
  }
}

interface FormFile {
  name: string;
  file: Blob;
  format: FileFormat;
  columns: ColumnMapping | undefined;
}

/**
 * Returns how the files of a form are read: by its mapping; without one, the publishers' files of a canonical set by
 * their columns, and any other file by the field names of samples.
 */
async function readerFor({ name, file, format: kind, columns }: FormFile) {
  const set = columns ? undefined : findHubDataset(name);
  if (set && (await hasColumnsOf(set, file, kind))) {
    const { choice_seed } = set;
    const read = (each: Blob, format: FileFormat) => samplesOfSet(set, [each], format);
    return { read, ...(choice_seed === undefined ? {} : { choice_seed }) };
  }
  return {
    read: (each: Blob, format: FileFormat) =>
      samplesOfRows(readRows(each, format, columnsOf(columns)), columns),
  };
}

/** Reads the answer pattern, which a form holds as plain text, or as JSON of its object form. */
function parseAnswerPattern(text: unknown): { answer_pattern?: AnswerPattern } {
  if (text === undefined || text === "") return {};
  const pattern = field("answer_pattern", () => {
    const value = typeof text === "string" && text.trimStart().startsWith("{") ? parseJson(text, "") : text;
    return patternOf(value);
  });
  return checkedPattern(pattern);
}

function checkedPattern(answer_pattern: AnswerPattern): { answer_pattern: AnswerPattern } {
  createPatternReader(answer_pattern, "answer_pattern");
  return { answer_pattern };
}

async function readForm(form: Record<string, unknown>): Promise<Upload> {
  const { name, format, mapping, shots } = form;
  const file = fileIn(form, "file");
  const checked = field("name", () => nameOf(name));
  const columns = parseMapping(mapping);
  const declared = typeof format === "string" && format !== "" ? format : undefined;
  const kind = formatOf(filenameOf(file), declared);
  const pattern = parseAnswerPattern(form.answer_pattern);
  const { read, ...set } = await readerFor({ name: checked, file, format: kind, columns });
  const more = { ...set, ...pattern };
  const samples = await read(file, kind);
  if (shots === undefined || shots === "") return { name: checked, samples, ...more };
  const examples = fileIn(form, "shots");
  const pool = await readShots(() => read(examples, formatOf(filenameOf(examples), declared)));
  return { name: checked, samples, shots: pool, ...more };
}

/** Checks a list of samples, in turns of the event loop. Throws BAD_REQUEST naming the field of the first invalid one. */
async function checkedSamples(list: "samples" | "shots", items: readonly unknown[]): Promise<SampleInput[]> {
  const checked: SampleInput[] = [];
  for (const [index, item] of items.entries()) {
    checked.push(within(`${list}.${index}`, () => sampleOf(item)));
    if (index % CHECKED_AT_ONCE === 0) await yieldToEventLoop();
  }
  return checked;
}

/** Reads an upload: a form with a file, or a JSON body. Throws BAD_REQUEST naming the field at fault. */
export async function readUpload(body: unknown): Promise<Upload> {
  if (typeof body === "object" && body !== null && "file" in body)
    return readForm(body as Record<string, unknown>);
  const { name, samples, shots, expected_as, answer_pattern } = requestOf(body);
  const shotsOf = async (items: readonly unknown[]) =>
    samplesOfInputs(await checkedSamples("shots", items), expected_as, "shots");
  return {
    ...(answer_pattern === undefined ? {} : checkedPattern(answer_pattern)),
    name,
    samples: await samplesOfInputs(await checkedSamples("samples", samples), expected_as),
    ...(shots ? { shots: await shotsOf(shots) } : {}),
  };
}
