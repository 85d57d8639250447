// The package holds the whole playground as strings in one module, which a browser can load directly.
import bundle from "@graphql-yoga/render-graphiql/graphiql" with { type: "file" };
import type { PageFile, PageFiles } from "./files.ts";
import start from "./graphiql.browser.js" with { type: "file" };
import { htmlPage } from "./page.ts";

const JAVASCRIPT = "text/javascript; charset=utf-8";
const FILES: readonly PageFile[] = [
  { url: "/graphql/assets/start.js", file: start, type: JAVASCRIPT },
  { url: "/graphql/assets/graphiql.js", file: bundle, type: JAVASCRIPT },
];

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphiQL · LLM Test Bench</title>
    <link rel="icon" href="data:,">
    <script type="module" src="/graphql/assets/start.js"></script>
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
  </body>
</html>
`;

const POLICY = {
  "script-src": "'self' blob:",
  "worker-src": "blob:",
  "style-src": "'self' 'unsafe-inline'",
  "img-src": "'self' data:",
  "font-src": "data:",
};

/** Returns the playground's page, which GET /graphql serves to browsers. */
export const graphiqlPage = (): Response => htmlPage(HTML, POLICY);

export const graphiqlFiles = (files: PageFiles) => files.routes(FILES);
