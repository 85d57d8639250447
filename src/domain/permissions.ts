import { AppError } from "../base/errors.ts";

export const ROLES = ["admin", "user", "viewer", "service"] as const;
export type Role = (typeof ROLES)[number];

/** Who is calling. `id` is the user's, or the API key's own; `user_id` is the account behind either. */
export interface Caller {
  kind: "user" | "api_key" | "operator" | "anonymous";
  id: string;
  user_id: string | null;
  name: string;
  role: Role | null;
  /** Of a JWT: what logout revokes, and when it would have ended anyway. */
  session?: { jti: string; expires_at: string };
}

export const ANONYMOUS: Caller = {
  kind: "anonymous",
  id: "anonymous",
  user_id: null,
  name: "anonymous",
  role: null,
};

/** Whoever holds DATA_DIR: the command line, which needs no account. */
export const OPERATOR: Caller = {
  kind: "operator",
  id: "operator",
  user_id: null,
  name: "operator",
  role: "admin",
};

/** A WebSocket caller who gave no credentials where WS_AUTH=optional. */
export const GUEST: Caller = { ...ANONYMOUS, id: "guest", name: "guest", role: "viewer" };

const EVERYBODY: readonly Role[] = ["admin", "user", "service", "viewer"];
const WORKERS: readonly Role[] = ["admin", "user", "service"];
const ADMIN: readonly Role[] = ["admin"];

/** What each action demands. The one table of rights: services ask it first, so that no face can forget. */
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

export const mayDo = (caller: Caller, action: Action): boolean =>
  caller.role !== null && (PERMISSIONS[action] as readonly Role[]).includes(caller.role);

/** Whether a role may do all that another may. */
export const covers = (role: Role, other: Role): boolean =>
  Object.values<readonly Role[]>(PERMISSIONS).every(
    (roles) => !roles.includes(other) || roles.includes(role),
  );

/**
 * Throws UNAUTHORIZED for a caller nobody knows, FORBIDDEN for a role that may not, and FORBIDDEN for
 * another's belongings (`owner` is the `created_by` of what is changed; an admin may change anything).
 */
export function authorize(caller: Caller, action: Action, owner?: string | null): void {
  if (caller.role === null)
    throw new AppError("UNAUTHORIZED", "Authentication required: send a Bearer token or an X-API-Key.");
  if (!mayDo(caller, action)) {
    const accepted = PERMISSIONS[action];
    throw new AppError("FORBIDDEN", `The role '${caller.role}' may not do this.`, {
      action,
      role: caller.role,
      accepted,
    });
  }
  if (owner !== undefined && owner !== caller.id && caller.role !== "admin") {
    throw new AppError("FORBIDDEN", "Only its creator or an admin may change this.", { action });
  }
}
