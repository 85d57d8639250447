import { type AnyElysia, Elysia } from "elysia";
import type { Schema } from "../openapi/schemas.ts";
import type { PageFiles } from "./files.ts";
import { swaggerUi } from "./swagger-ui.ts";

/**
 * Serves the OpenAPI document of `routes` at /api-docs/openapi.json, and Swagger UI. The first request creates the
 * document.
 */
export function apiDocs(routes: AnyElysia, files: PageFiles) {
  let document: Promise<Schema> | undefined;

  async function describe(): Promise<Schema> {
    const { describeApi } = await import("../openapi/document.ts");
    return describeApi(routes);
  }

  return new Elysia({ name: "api-docs" })
    .get(
      "/api-docs/openapi.json",
      () => {
        document ??= describe();
        return document;
      },
      { detail: { hide: true } },
    )
    .use(swaggerUi(files));
}
