import { AppError } from "../base/errors.ts";

export const ROLES = ["admin", "user", "viewer", "service"] as const;
export type Role = (typeof ROLES)[number];

/** The author of a request. `id` is that of the user or API key; `user_id` is the account behind it. */
export interface Caller {
  kind: "user" | "api_key" | "operator" | "anonymous";
  id: string;
  user_id: string | null;
  name: string;
  role: Role | null;
  /** The session of a JWT: the id that logout revokes, and the time at which the token expires. */
  session?: { jti: string; expires_at: string };
}

export const ANONYMOUS: Caller = {
  kind: "anonymous",
  id: "anonymous",
  user_id: null,
  name: "anonymous",
  role: null,
};

/** The command line, which needs no account because it has access to DATA_DIR. */
export const OPERATOR: Caller = {
  kind: "operator",
  id: "operator",
  user_id: null,
  name: "operator",
  role: "admin",
};

/** A WebSocket caller without credentials, if WS_AUTH=optional. */
export const GUEST: Caller = { ...ANONYMOUS, id: "guest", name: "guest", role: "viewer" };

const EVERYBODY: readonly Role[] = ["admin", "user", "service", "viewer"];
const WORKERS: readonly Role[] = ["admin", "user", "service"];
const ADMIN: readonly Role[] = ["admin"];

/**
 * The roles that may do each action. Services check this table first, so that no API can forget to. `….change` also
 * covers cancel, resume and delete; for these, services pass the object's owner to `authorize`.
 */
export const PERMISSIONS = {
  "account.read": EVERYBODY,
  "users.manage": ADMIN,
  "api_keys.manage": ADMIN,
  "completions.create": WORKERS,
  "completions.read": EVERYBODY,
  "evaluations.create": WORKERS,
  "evaluations.read": EVERYBODY,
  "benchmarks.create": WORKERS,
  "benchmarks.read": EVERYBODY,
  "benchmarks.change": WORKERS,
  "datasets.create": WORKERS,
  "datasets.read": EVERYBODY,
  "datasets.change": WORKERS,
  "catalogues.read": EVERYBODY,
  "plugins.read": EVERYBODY,
  "plugins.execute": WORKERS,
  "plugins.manage": ADMIN,
  "system.read": ADMIN,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;

/** Returns whether the caller's role allows the action. */
export const mayDo = (caller: Caller, action: Action): boolean =>
  caller.role !== null && (PERMISSIONS[action] as readonly Role[]).includes(caller.role);

/** Returns whether `role` allows every action that `other` allows. */
export const covers = (role: Role, other: Role): boolean =>
  Object.values<readonly Role[]>(PERMISSIONS).every(
    (roles) => !roles.includes(other) || roles.includes(role),
  );

/**
 * Throws UNAUTHORIZED for a caller without credentials, and FORBIDDEN for a role that does not allow the action. With
 * `owner` (the `created_by` of the changed object), also throws FORBIDDEN unless the caller is the owner or an admin.
 */
export function authorize(caller: Caller, action: Action, owner?: string | null): void {
  if (caller.role === null)
    throw new AppError("UNAUTHORIZED", "Authentication required: send a Bearer token or an X-API-Key.");
  if (!mayDo(caller, action)) {
    const accepted = PERMISSIONS[action];
    throw new AppError(
      "FORBIDDEN",
      `The role '${caller.role}' may not do this. Accepted roles: ${accepted.join(", ")}.`,
      {
        action,
        role: caller.role,
        accepted,
      },
    );
  }
  if (owner !== undefined && owner !== caller.id && caller.role !== "admin") {
    throw new AppError("FORBIDDEN", "Only its creator or an admin may change this.", { action });
  }
}
