import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/base/errors.ts";
import {
  type Action,
  ANONYMOUS,
  authorize,
  type Caller,
  GUEST,
  mayDo,
  OPERATOR,
  PERMISSIONS,
  ROLES,
  type Role,
} from "../../src/domain/permissions.ts";

const caller = (role: Role, id = "me"): Caller => ({ kind: "user", id, user_id: id, name: id, role });

function refusalOf(...args: Parameters<typeof authorize>): AppError | null {
  try {
    authorize(...args);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** The design's roles, action by action: a for admin, u for user, s for service, v for viewer. */
const RIGHTS: Record<Action, string> = {
  "account.read": "ausv",
  "users.manage": "a",
  "api_keys.manage": "a",
  "completions.create": "aus",
  "completions.read": "ausv",
  "evaluations.create": "aus",
  "evaluations.read": "ausv",
  "benchmarks.create": "aus",
  "benchmarks.read": "ausv",
  "benchmarks.change": "aus",
  "datasets.create": "aus",
  "datasets.read": "ausv",
  "datasets.change": "aus",
  "catalogues.read": "ausv",
  "plugins.read": "ausv",
  "plugins.execute": "aus",
  "plugins.manage": "a",
  "system.read": "a",
};
const actions = Object.keys(PERMISSIONS) as Action[];
const cases = actions.flatMap((action) => ROLES.map((role) => [action, role] as const));

test("this test's table has every action", () => {
  expect(Object.keys(RIGHTS).sort()).toEqual([...actions].sort());
});

describe("a role's rights", () => {
  test.each(cases)("%s by %s", (action, role) => {
    const may = RIGHTS[action].includes(role.slice(0, 1));
    expect(mayDo(caller(role), action)).toBe(may);
    const refusal = refusalOf(caller(role), action);
    expect(refusal?.code ?? null).toBe(may ? null : "FORBIDDEN");
    if (refusal) expect(refusal.details).toEqual({ action, role, accepted: PERMISSIONS[action] });
  });

  test.each(actions)("%s by an unknown caller is 401, not 403", (action) => {
    expect(mayDo(ANONYMOUS, action)).toBe(false);
    expect(refusalOf(ANONYMOUS, action)?.code).toBe("UNAUTHORIZED");
  });
});

describe("an object with an owner", () => {
  test.each([
    ["its creator", caller("user", "ada"), null],
    ["another user", caller("user", "eve"), "FORBIDDEN"],
    ["another service", caller("service", "ci"), "FORBIDDEN"],
    ["an admin", caller("admin", "root"), null],
    ["the operator", OPERATOR, null],
    ["a viewer who once made it", caller("viewer", "ada"), "FORBIDDEN"],
    ["nobody known", ANONYMOUS, "UNAUTHORIZED"],
  ] as const)("may be changed only by its owner and by admins: %s", (_who, who, code) => {
    expect(refusalOf(who, "datasets.change", "ada")?.code ?? null).toBe(code);
  });

  test("whose owner is null may be changed only by an admin", () => {
    expect(refusalOf(caller("user"), "datasets.change", null)?.code).toBe("FORBIDDEN");
    expect(refusalOf(caller("admin"), "datasets.change", null)).toBeNull();
  });
});

test("a guest has the permissions of a viewer, and the operator has all", () => {
  for (const action of actions) {
    expect(mayDo(GUEST, action)).toBe(mayDo(caller("viewer"), action));
    expect(mayDo(OPERATOR, action)).toBe(true);
  }
});
