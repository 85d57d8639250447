import { columnsOf, samplesOfInputs, samplesOfRows } from "../datasets/mapping.ts";
import { formatOf, readRows } from "../datasets/sources/index.ts";
import { ColumnMapping, CreateDataset, DatasetName, type Sample } from "../domain/dataset.ts";
import { AppError, badField } from "../domain/errors.ts";
import { validator } from "../domain/validation.ts";

const createRequest = validator(CreateDataset);
const mappingOf = validator(ColumnMapping);
const nameOf = validator(DatasetName);

/** Checks one field of a form as a whole value, naming the field in the fault. */
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

function parseMapping(text: unknown): ColumnMapping | undefined {
  if (text === undefined || text === "") return undefined;
  return field("mapping", () => {
    if (typeof text !== "string") throw badField("", "must be JSON text");
    try {
      return mappingOf(JSON.parse(text));
    } catch (error) {
      throw error instanceof SyntaxError ? badField("", `is not valid JSON: ${error.message}`) : error;
    }
  });
}

/** The name and samples of an upload: a form with a file, or a JSON body. BAD_REQUEST names the field at fault. */
export async function readUpload(body: unknown): Promise<{ name: string; samples: Sample[] }> {
  if (typeof body !== "object" || body === null || !("file" in body)) {
    const { name, samples, expected_as } = createRequest(body);
    return { name, samples: await samplesOfInputs(samples, expected_as) };
  }
  const { file, name, format, mapping } = body as Record<string, unknown>;
  if (!(file instanceof Blob)) throw badField("file", "must be a file");
  const checked = field("name", () => nameOf(name));
  const columns = parseMapping(mapping);
  const filename = file instanceof File ? file.name : "";
  const kind = formatOf(filename, typeof format === "string" && format !== "" ? format : undefined);
  return { name: checked, samples: await samplesOfRows(readRows(file, kind, columnsOf(columns)), columns) };
}
