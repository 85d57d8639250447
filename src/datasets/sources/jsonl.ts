import { isRecord } from "../../base/json/json.ts";
import { findRepeatedField } from "../../base/json/json-fields.ts";
import { readBlocks } from "./blocks.ts";
import { fileFault, type Row, type Rows, refuseTooMany } from "./row.ts";

function parseLine(text: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^JSON Parse error: /, "") : String(error);
    throw fileFault(`is not valid JSON (${reason.slice(0, 200)})`, { line });
  }
  const repeated = findRepeatedField(text);
  if (repeated !== undefined)
    throw fileFault(`has the field '${repeated.slice(0, 100)}' more than once`, { line });
  if (isRecord(value)) return value;
  throw fileFault("must be a JSON object with a value for each column", { line });
}

async function* readObjects(file: Blob, columns: Set<string>): AsyncGenerator<Row> {
  for await (const block of readBlocks(file)) {
    let line = block.line;
    for (const text of block.bytes.toString("utf8").split("\n")) {
      if (text.trim() !== "") {
        const values = parseLine(text, line);
        for (const column of Object.keys(values)) columns.add(column);
        refuseTooMany(columns, line);
        yield { values, line };
      }
      line++;
    }
  }
}

/** Reads JSON Lines: one object per line, in UTF-8; blank lines are skipped. */
export function readJsonl(file: Blob): Rows {
  const columns = new Set<string>();
  return { columns, columnsFixed: false, [Symbol.asyncIterator]: () => readObjects(file, columns) };
}
