import type { PROVIDER_SETTINGS } from "../../src/config/providers.ts";
import type { VARIABLES } from "../../src/config/settings.ts";

type Variable = Exclude<(typeof VARIABLES)[number], keyof typeof PROVIDER_SETTINGS>;

/** What each setting does. The compiler demands a line for every one. */
export const SETTING_TEXTS: Readonly<Record<Variable, string>> = {
  NODE_ENV:
    "`production` requires `JWT_SECRET`, prints no password, creates an admin only from `ADMIN_USERNAME` and `ADMIN_PASSWORD`, and shows the GraphQL schema only to known callers.",
  JWT_SECRET:
    "The secret that signs tokens. Outside production, the server generates a secret and stores it in `DATA_DIR`.",
  JWT_EXPIRATION: "How long a token is valid, in seconds.",
  BIND_ADDRESS: "The host and port to listen on. Port 0 takes any free port.",
  ALLOWED_HOSTS:
    "The host names that requests may be for, without ports, separated by commas. `localhost`, `127.0.0.1`, `[::1]` and the host of `BIND_ADDRESS` are always among them. Bound to a loopback address, the server answers no other host; bound to another address, it answers every host unless this is set.",
  DATA_DIR:
    "The folder of the database, the signing secret, the caches and the control socket. It is created if missing.",
  DATABASE_URL:
    "The database: a file, or the URL of a libSQL server. The default is `test-bench.db` in `DATA_DIR`.",
  DATABASE_AUTH_TOKEN: "The token for a libSQL server.",
  ENABLE_REST: "Whether the REST API is served. `/health` and the command line work without it.",
  ENABLE_GRAPHQL: "Whether `/graphql` is served.",
  ENABLE_WEBSOCKET: "Whether `/ws` is served.",
  ENABLE_SWAGGER: "Whether the OpenAPI document and its page are served.",
  CORS_ORIGINS: "The origins whose pages may call the server, separated by commas.",
  HSTS_MAX_AGE:
    "For how many seconds browsers shall call this host by HTTPS alone (`Strict-Transport-Security`). `0` sends no such header.",
  RATE_LIMIT_RPS: "Requests per second for each user, API key or unknown address. `0` turns the limit off.",
  RATE_LIMIT_BURST:
    "The number of extra requests above `RATE_LIMIT_RPS`. This reserve is refilled every 10 s.",
  WS_AUTH:
    "Whether WebSocket callers must authenticate. With `optional`, callers without credentials are viewers. In production the default is `required`.",
  ADMIN_USERNAME:
    "The first admin's name. It is used only if there is no user yet, and needs `ADMIN_PASSWORD`.",
  ADMIN_PASSWORD: "The first admin's password.",
  TRUST_PROXY:
    "The number of reverse proxies in front of the server. The server trusts `X-Forwarded-For` of these.",
  DRAIN_SECONDS:
    "How long a stopping server still answers, with `/ready` 503, before it ends the open calls. Outside production the wait ends as soon as no request is open.",
  LOG_LEVEL: "The least severe level that is logged.",
  RETENTION_DAYS: "How many days events, completions and cached answers are kept.",
  RETENTION_MAX_ROWS:
    "How many completions, and how many cached answers, are kept. The oldest rows above this number are deleted.",
  UPLOAD_QUOTA_MB:
    "The most megabytes of datasets that one caller may have uploaded at a time. `0` turns the limit off.",
  PLUGIN_WORKERS: "The number of processes that run plugins. They start with the first call.",
  PLUGIN_FAILURES_MAX: "After this many failures in a row, a benchmark stops calling a plugin.",
  PRICES_FILE:
    "A file with your own prices. It overrides fetched prices, which override those that ship. `mock` is free unless this file has a price for it.",
  JUDGE_PROVIDER: "The provider of the judge for requests that name none. It needs `JUDGE_MODEL`.",
  JUDGE_MODEL: "The model of the judge that `JUDGE_PROVIDER` names.",
  HF_ENDPOINT: "The Hugging Face hub, or a mirror of it, from which canonical datasets are fetched.",
  OTEL_EXPORTER_OTLP_ENDPOINT: "Reserved. The value is checked but not used; the server says so at start.",
};
