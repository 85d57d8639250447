import { expect } from "bun:test";
import { type Code, expectNothingInside } from "./envelope.ts";
import type { Answer, Sent, TestServer } from "./index.ts";

export interface GraphqlError {
  message: string;
  path?: string[];
  locations?: { line: number; column: number }[];
  extensions: {
    code: string;
    details: { field?: string; fault?: string; [name: string]: unknown };
    request_id: string;
    [name: string]: unknown;
  };
}

export interface GraphqlBody {
  data?: Record<string, unknown> | null;
  errors?: GraphqlError[];
}

/** A query as clients send it. */
export const ask = (
  server: TestServer,
  query: string,
  variables?: object,
  sent: Sent = {},
): Promise<Answer<GraphqlBody>> =>
  server.request("POST", "/graphql", { ...sent, body: variables ? { query, variables } : { query } });

/** The data of an answer without errors. */
export function dataOf<Data = Record<string, unknown>>({ status, body }: Answer<GraphqlBody>): Data {
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
  return body.data as Data;
}

/** The one error of an answer: with this code, its request's id, and nothing of the server's insides. */
export function errorOf({ headers, body }: Answer<GraphqlBody>, code: Code): GraphqlError {
  const [error, ...others] = body.errors ?? [];
  if (!error) throw new Error(`There is no error in ${JSON.stringify(body)}`);
  expect({ code: error.extensions.code, others }).toEqual({ code, others: [] });
  expect(error.message).toMatch(/\S/);
  expect(error.extensions.details).toBeObject();
  expect(error.extensions.request_id).toBe(headers.get("x-request-id") ?? "");
  expectNothingInside(JSON.stringify(body));
  return error;
}
