import { badField } from "../../base/errors.ts";
import { ANSWER_BYTES_MAX } from "../../domain/page.ts";

/** Counts the bytes of whole records in the answer to one query. */
export interface AnswerBudget {
  /** Counts a record. Throws BAD_REQUEST if it does not fit beside the earlier ones; the first one always fits. */
  spend(bytes: number): void;
}

export function createAnswerBudget(maximum_bytes = ANSWER_BYTES_MAX): AnswerBudget {
  let spent = 0;
  return {
    spend(bytes) {
      const isFirst = spent === 0;
      spent += bytes;
      if (isFirst || spent <= maximum_bytes) return;
      const fault = `asks for records of more than ${maximum_bytes} bytes together. Ask for fewer in one query`;
      throw badField("query", fault, { maximum_bytes });
    },
  };
}
