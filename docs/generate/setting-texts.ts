import type { PROVIDER_SETTINGS } from "../../src/config/providers.ts";
import type { VARIABLES } from "../../src/config/settings.ts";

type Variable = Exclude<(typeof VARIABLES)[number], keyof typeof PROVIDER_SETTINGS>;

/** What each setting does. The compiler demands a line for every one. */
export const SETTING_TEXTS: Readonly<Record<Variable, string>> = {
  NODE_ENV:
    "`production` requires `JWT_SECRET`, prints no password, and creates an admin only from `ADMIN_USERNAME` and `ADMIN_PASSWORD`.",
  JWT_SECRET:
    "The secret that signs tokens. Outside production the server makes one and keeps it in `DATA_DIR`.",
  JWT_EXPIRATION: "How long a token is valid, in seconds.",
  BIND_ADDRESS: "The host and port to listen on. Port 0 takes any free port.",
  DATA_DIR:
    "The folder of the database, the signing secret, the caches and the control socket. It is created if missing.",
  DATABASE_URL:
    "The database: a file, or the URL of a libSQL server. Without it, `test-bench.db` in `DATA_DIR`.",
  DATABASE_AUTH_TOKEN: "The token for a libSQL server.",
  ENABLE_REST: "Whether the REST API is served. `/health` and the command line work without it.",
  ENABLE_GRAPHQL: "Whether `/graphql` is served.",
  ENABLE_WEBSOCKET: "Whether `/ws` is served.",
  ENABLE_SWAGGER: "Whether the OpenAPI document and its page are served.",
  CORS_ORIGINS: "The origins whose pages may call the server, separated by commas.",
  RATE_LIMIT_RPS: "Requests per second for each user, API key or unknown address. `0` turns the limit off.",
  RATE_LIMIT_BURST: "The reserve above `RATE_LIMIT_RPS`. It is refilled every 10 s.",
  WS_AUTH:
    "Whether WebSocket callers must authenticate. `optional` admits unknown callers as viewers; production's default is `required`.",
  ADMIN_USERNAME:
    "The first admin's name. It is used only if there is no user yet, and needs `ADMIN_PASSWORD`.",
  ADMIN_PASSWORD: "The first admin's password.",
  TRUST_PROXY: "The number of reverse proxies in front of the server whose `X-Forwarded-For` is believed.",
  LOG_LEVEL: "The least severe level that is logged.",
  RETENTION_DAYS: "How many days events, completions and cached answers are kept.",
  RETENTION_MAX_ROWS:
    "How many completions, and how many cached answers, are kept. The oldest rows above this number are deleted.",
  UPLOAD_QUOTA_MB:
    "The most megabytes of datasets that one caller may have uploaded at a time. `0` turns the limit off.",
  PLUGIN_WORKERS: "The number of processes that run plugins. They start with the first call.",
  PLUGIN_FAILURES_MAX: "After this many failures in a row, a benchmark stops calling a plugin.",
  PRICES_FILE:
    "A file of your own prices. It overrides fetched prices, which override those that ship. `mock` is free unless this file prices it.",
  JUDGE_PROVIDER: "The provider of the judge for requests that name none. It needs `JUDGE_MODEL`.",
  JUDGE_MODEL: "The model of that judge.",
  HF_ENDPOINT: "The Hugging Face hub, or a mirror of it, from which canonical datasets are fetched.",
  OTEL_EXPORTER_OTLP_ENDPOINT: "Reserved. The value is checked but not used; the server says so at start.",
};
