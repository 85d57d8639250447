import type { Static, TSchema } from "@sinclair/typebox";
import { GraphQLError } from "graphql";
import { CreateCompletion } from "../../domain/completion.ts";
import { AppError } from "../../domain/errors.ts";
import { CreateEvaluation, type Evaluation } from "../../domain/evaluation.ts";
import type { Caller } from "../../domain/permissions.ts";
import { validator } from "../../domain/validation.ts";
import type { Services } from "../../services/index.ts";
import { refuseUnfit } from "../middleware/body.ts";
import { fromGraphql, toGraphql } from "./names.ts";

export type GraphqlServices = Pick<Services, "completions" | "evaluations" | "plugins" | "system">;

export interface GraphqlContext {
  caller: Caller;
  request: Request;
}

type Resolver<Arguments> = (parent: unknown, given: Arguments, context: GraphqlContext) => unknown;

/** Reads an input as REST reads its body. What is written out in a query has not been through the body's parser. */
function reader<Schema extends TSchema>(schema: Schema): (input: object) => Static<Schema> {
  const read = validator(schema);
  return (input) => {
    const request = fromGraphql(input);
    refuseUnfit(request, []);
    return read(request);
  };
}

/** The document's `score` can't be null, so an evaluation without one is an error that says where it is stored. */
const nothingScored = ({ evaluation_id, reasons }: Evaluation): GraphQLError =>
  new GraphQLError("None of the metrics could be scored.", {
    extensions: { code: "SERVICE_UNAVAILABLE", evaluation_id, reasons },
  });

const nullIfNotFound = (error: unknown): null => {
  if (error instanceof AppError && error.code === "NOT_FOUND") return null;
  throw error;
};

export function createResolvers({ completions, evaluations, plugins, system }: GraphqlServices) {
  const readCompletion = reader(CreateCompletion);
  const readEvaluation = reader(CreateEvaluation);

  const listPlugins: Resolver<unknown> = async (_, __, { caller }) =>
    (await plugins.all(caller)).map(toGraphql);

  const plugin: Resolver<{ id: string }> = (_, { id }, { caller }) =>
    plugins.get(caller, id).then(toGraphql, nullIfNotFound);

  const createCompletion: Resolver<{ input: object }> = async (_, { input }, { caller, request }) =>
    toGraphql(await completions.create(caller, readCompletion(input), request.signal));

  const createEvaluation: Resolver<{ input: object }> = async (_, { input }, { caller }) => {
    const evaluation = await evaluations.create(caller, readEvaluation(input));
    if (evaluation.score === null) throw nothingScored(evaluation);
    return toGraphql(evaluation);
  };

  return {
    Query: {
      version: () => system.version(),
      health: () => system.health().status === "healthy",
      plugins: listPlugins,
      plugin,
    },
    Mutation: { createCompletion, createEvaluation },
  };
}
