// Runs in the browser. Starts GraphiQL from the strings in its package.
import { css, editorWorkerService, favicon, graphqlWorker, js, jsonWorker } from "./graphiql.js";

const WELCOME = `# Press Ctrl-Enter to run this query.
#
# All fields except version and health
# need credentials. Enter them below,
# under Headers:
#   { "Authorization": "Bearer <token>" }
# with a token of POST /v1/auth/login,
# or
#   { "X-API-Key": "ltb_…" }

query {
  version
  health
}
`;

const blobUrl = (source) => URL.createObjectURL(new Blob([source], { type: "text/javascript" }));

function addToHead(tag, properties) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), properties, {
      onload: resolve,
      onerror: reject,
    });
    document.head.append(element);
  });
}

const workers = { editorWorkerService, json: jsonWorker, graphql: graphqlWorker };
const workerUrls = Object.fromEntries(
  Object.entries(workers).map(([label, source]) => [label, blobUrl(source)]),
);
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_moduleId, label) => workerUrls[label] };

document.querySelector("link[rel=icon]").href = favicon;
await addToHead("style", { textContent: css });
await addToHead("script", { src: blobUrl(js) });

self.YogaGraphiQL.renderYogaGraphiQL(document.querySelector("#root"), {
  title: "LLM Test Bench",
  defaultQuery: WELCOME,
  shouldPersistHeaders: true,
});
