import type { TSchema } from "@sinclair/typebox";
import { isValid } from "../../src/base/validation.ts";

/** Returns whether a value from outside fits the schema. */
export const takes = (schema: TSchema, value: unknown): boolean => isValid(schema)(value);
