import { Elysia } from "elysia";
import favicon from "swagger-ui-dist/favicon-32x32.png" with { type: "file" };
import style from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };
import type { PageFile, PageFiles } from "./files.ts";
import { htmlPage } from "./page.ts";
import start from "./swagger-ui.browser.js" with { type: "file" };

const JAVASCRIPT = "text/javascript; charset=utf-8";
const FILES: readonly PageFile[] = [
  { url: "/swagger-ui/start.js", file: start, type: JAVASCRIPT },
  { url: "/swagger-ui/swagger-ui-bundle.js", file: bundle, type: JAVASCRIPT },
  { url: "/swagger-ui/swagger-ui.css", file: style, type: "text/css; charset=utf-8" },
  { url: "/swagger-ui/favicon.png", file: favicon, type: "image/png" },
];

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Swagger UI · LLM Test Bench</title>
    <link rel="icon" href="/swagger-ui/favicon.png">
    <link rel="stylesheet" href="/swagger-ui/swagger-ui.css">
    <script defer src="/swagger-ui/swagger-ui-bundle.js"></script>
    <script defer src="/swagger-ui/start.js"></script>
  </head>
  <body>
    <noscript>Swagger UI needs JavaScript. The OpenAPI document is at /api-docs/openapi.json.</noscript>
    <div id="swagger-ui"></div>
  </body>
</html>
`;

const POLICY = {
  "script-src": "'self'",
  "style-src": "'self' 'unsafe-inline'",
  "img-src": "'self' data:",
};

/** Serves Swagger UI at /swagger-ui, where people read and try the REST API. */
export const swaggerUi = (files: PageFiles) =>
  new Elysia({ name: "pages/swagger-ui" })
    .get("/swagger-ui", () => htmlPage(HTML, POLICY), { detail: { hide: true } })
    .use(files.routes(FILES));
