import { badField } from "../../base/errors.ts";
import { ANSWER_BYTES_MAX } from "../../domain/page.ts";

/** Counts what the fields of one query cost together. */
export interface QueryBudget {
  /** Counts a record. Throws BAD_REQUEST if it does not fit beside the earlier ones; the first one always fits. */
  spendBytes(bytes: number): void;
  /** Counts the work of an evaluation. Returns the sum of the query. */
  spendWork(work: number): number;
}

export function createQueryBudget(maximum_bytes = ANSWER_BYTES_MAX): QueryBudget {
  let spent = 0;
  let worked = 0;
  return {
    spendWork(work) {
      worked += work;
      return worked;
    },
    spendBytes(bytes) {
      const isFirst = spent === 0;
      spent += bytes;
      if (isFirst || spent <= maximum_bytes) return;
      const fault = `asks for records of more than ${maximum_bytes} bytes together. Ask for fewer in one query`;
      throw badField("query", fault, { maximum_bytes });
    },
  };
}
