import { nextTurn } from "../../base/event-loop.ts";
import { CreateCompletion } from "../../domain/completions/completion.ts";
import type { Services } from "../../services/index.ts";
import { evaluationResolvers } from "./evaluations.ts";
import { toGraphql } from "./names.ts";
import { nullIfNotFound, type Resolver, reader } from "./resolver.ts";

export type GraphqlServices = Pick<Services, "completions" | "evaluations" | "plugins" | "system">;

export function createResolvers({ completions, evaluations, plugins, system }: GraphqlServices) {
  const readCompletion = reader(CreateCompletion);
  const judged = evaluationResolvers(evaluations);

  const listPlugins: Resolver<unknown> = async (_, __, { caller }) => {
    await nextTurn();
    return (await plugins.all(caller)).map(toGraphql);
  };

  const plugin: Resolver<{ id: string }> = (_, { id }, { caller }) =>
    plugins.get(caller, id).then(toGraphql, nullIfNotFound);

  const createCompletion: Resolver<{ input: object }> = async (_, { input }, { caller, request }) =>
    toGraphql(await completions.create(caller, readCompletion(input), request.signal));

  return {
    Query: {
      version: () => system.version(),
      health: () => system.health().status === "healthy",
      plugins: listPlugins,
      plugin,
      ...judged.queries,
    },
    Mutation: { createCompletion, ...judged.mutations },
  };
}
