import { outsideBrackets, splitAt } from "./brackets.ts";
import type { Form } from "./form.ts";

const MATRIX =
  /^(.{0,60}?)(?:[([]\s*)?\\begin\s*\{(?:[pb]?matrix|smallmatrix|array)\}(?:\s*\{[lcr| ]*\})?([\s\S]*?)\\end\s*\{(?:[pb]?matrix|smallmatrix|array)\}(?:\s*[)\]])?$/;
const ROW_END = /\\\\/y;
const CELL_END = /&/y;

/**
 * Reads a matrix of any environment in round or square brackets, with a factor before it (`\frac{1}{5}\begin…`), which
 * multiplies the cells. Null for anything else, determinants included.
 */
export function readMatrix(text: string): Form | null {
  const [, factor = "", inner] = MATRIX.exec(text) ?? [];
  if (inner === undefined || inner.includes("\\begin")) return null;
  const rows = splitAt(inner, outsideBrackets(inner, ROW_END)).filter((row) => row !== "");
  const times = factor.trim().replace(/(?:\\cdot|\*)$/, "");
  const cell = (entry: string): string => {
    if (times === "") return entry;
    return times === "-" ? `-(${entry})` : `(${times})(${entry})`;
  };
  return { kind: "matrix", rows: rows.map((row) => splitAt(row, outsideBrackets(row, CELL_END)).map(cell)) };
}
