import { CLOSE_UNAUTHORIZED } from "../../src/api/ws/hub.ts";
import { MESSAGE_BYTES_MAX, MESSAGES } from "../../src/api/ws/protocol.ts";
import { PERMISSIONS } from "../../src/domain/permissions.ts";
import { TOPICS } from "../../src/events.ts";
import { code, codes, page, table } from "./markdown.ts";
import { fieldsTable, type JsonSchema } from "./schema-text.ts";

/** `docs/reference/websocket.md`. `plain` turns the schemas of the code into plain JSON Schema. */
export function websocketPage(plain: (schema: unknown) => JsonSchema): string {
  const messages = Object.entries(MESSAGES).flatMap(([type, schema]) => [
    `### ${code(type)}`,
    fieldsTable(plain(schema)),
  ]);
  const topics = Object.entries(TOPICS).flatMap(([topic, { action, data }]) => [
    `### ${code(topic)}`,
    `For the roles ${codes(PERMISSIONS[action])}. The event's \`data\`:`,
    fieldsTable(plain(data)),
  ]);
  return page("WebSocket", [
    `\`/ws\` takes and sends JSON messages with a \`type\`. A message may have ${MESSAGE_BYTES_MAX / 1024} KiB.`,
    "There are three ways to authenticate: the header `Authorization` or `X-API-Key`; the subprotocols `bearer, <token>`; or `auth` as the first message. With `WS_AUTH=optional` a caller without credentials is a viewer. With `WS_AUTH=required` the server closes such a socket after 5 s. A web page can connect only from the server's own origin or from an origin in `CORS_ORIGINS`.",
    "## Messages to the server",
    ...messages,
    "## Messages from the server",
    table(
      ["type", "fields"],
      [
        ["`event`", codes(["topic", "data", "timestamp"])],
        ["`ack`", `${codes(["message"])}; ${codes(["request_id"])} if the message had one`],
        ["`pong`", `${codes(["timestamp"])}; ${codes(["request_id"])} if the message had one`],
        [
          "`error`",
          `${codes(["code", "message", "details"])}; ${codes(["request_id"])} if the message had one`,
        ],
      ],
    ),
    "`timestamp` is in Unix milliseconds. An `error` has a code of [errors](errors.md), or `INVALID_MESSAGE` if the text is not a valid message.",
    "## Topics",
    ...topics,
    "## Closing codes",
    table(
      ["code", "meaning"],
      [
        ["1001", "The server is stopping."],
        [`${CLOSE_UNAUTHORIZED}`, "Credentials are missing, or are no longer valid."],
      ],
    ),
  ]);
}
