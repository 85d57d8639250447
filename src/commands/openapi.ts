import { type Command, print, readArguments } from "./command.ts";
import { asOperator } from "./operator.ts";

const USAGE = "openapi";

export const openapi: Command = {
  name: "openapi",
  usage: USAGE,
  summary: "Print the OpenAPI document.",
  async run(argv) {
    readArguments({ options: {} }, argv, USAGE);
    await asOperator(async (operate) => {
      print(JSON.stringify(await operate("GET", "/api-docs/openapi.json"), null, 2));
    });
    return 0;
  },
};
