import { AppError } from "../../src/base/errors.ts";

/** The AppError with which work is refused; throws if it is not, or fails with anything else. */
export async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the work was expected to be refused");
}

export const codeOf = async (work: Promise<unknown>): Promise<string> => (await refusalOf(work)).code;
