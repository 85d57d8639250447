import {
  CLOSE_GOING_AWAY,
  CLOSE_POLICY_VIOLATION,
  CLOSE_TRY_AGAIN_LATER,
  CLOSE_UNAUTHORIZED,
  MESSAGE_BYTES_MAX,
  SOCKET_LIMITS,
} from "../../src/api/ws/limits.ts";
import { MESSAGES } from "../../src/api/ws/protocol.ts";
import { PERMISSIONS } from "../../src/domain/permissions.ts";
import { TOPICS } from "../../src/events.ts";
import { code, codes, page, table } from "./markdown.ts";
import { fieldsTable, type JsonSchema } from "./schema-text.ts";

const rateText = ({ per_second, capacity }: { per_second: number; capacity: number }): string =>
  `${capacity} at once, and ${per_second} more each second`;

const limitsTable = (): string =>
  table(
    ["what", "limit"],
    [
      ["messages of one socket", rateText(SOCKET_LIMITS.socket_rate)],
      ["messages of all sockets of one address", rateText(SOCKET_LIMITS.address_rate)],
      ["messages that wait for an answer", `${SOCKET_LIMITS.waiting_max}`],
      ["bytes that wait for the client to read", `${SOCKET_LIMITS.backlog_max}`],
      [
        "open sockets",
        `${SOCKET_LIMITS.sockets_max} in all; half of them for one user, API key or unknown address`,
      ],
    ],
  );

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
    `\`/ws\` takes and sends JSON messages with a \`type\`. A message may have ${MESSAGE_BYTES_MAX / 1024} KiB. Unknown fields are refused.`,
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
        [`${CLOSE_GOING_AWAY}`, "The server is stopping."],
        ["1009", "A message is too long."],
        [
          `${CLOSE_POLICY_VIOLATION}`,
          "Too many messages: the budget is used up, or too many wait for an answer.",
        ],
        [
          `${CLOSE_TRY_AGAIN_LATER}`,
          "The client reads too slowly, or its account has too many sockets. Connect again later.",
        ],
        [
          `${CLOSE_UNAUTHORIZED}`,
          `Credentials are missing, are no longer valid, or failed ${SOCKET_LIMITS.failed_auth_max} times.`,
        ],
      ],
    ),
    "## Limits",
    limitsTable(),
    "A message costs one unit, and one more for each 4 KiB. A new password, a logout, a disabled user or a deleted key closes the socket at once; an expired token within 5 s.",
  ]);
}
