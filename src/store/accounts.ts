import { and, count, eq, lt, notExists, sql } from "drizzle-orm";
import type { PageRequest } from "../domain/page.ts";
import { listPage } from "./listing/list.ts";
import type { Database } from "./open.ts";
import { apiKeys, revokedSessions, users } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type UserRow = typeof users.$inferSelect;
export type ApiKeyRow = typeof apiKeys.$inferSelect;

type UserChanges = Partial<Pick<UserRow, "role" | "disabled" | "password_hash">>;

const insertUser = insertInto(users);
const insertApiKey = insertInto(apiKeys);

/** Creates the queries of users, API keys and revoked sessions. */
export function createAccountStore({ db, writer }: Database) {
  const active = and(eq(users.role, "admin"), eq(users.disabled, false));
  const admins = db.select({ total: count() }).from(users).where(active);
  /** Condition on a user's row: an active admin remains without this user. */
  const isNotLastAdmin = sql`(NOT (${active}) OR ${admins} > 1)`;
  const first = <Row>(rows: Row[]): Row | undefined => rows[0];
  return {
    async countUsers(): Promise<number> {
      return first(await db.select({ total: count() }).from(users))?.total ?? 0;
    },
    findUser: async (id: string) => first(await db.select().from(users).where(eq(users.id, id))),
    findUsername: async (username: string) =>
      first(await db.select().from(users).where(eq(users.username, username))),
    listUsers: (page: PageRequest) => listPage<UserRow>(db, { table: users, id: users.id }, page),
    addUser: (row: UserRow) => writer.write([insertUser(row)]),
    /**
     * Changes the user; a new password also ends all sessions. Returns false if the user does not exist, or if no
     * active admin would remain.
     */
    async changeUser(id: string, changes: UserChanges): Promise<boolean> {
      const keepsAdmin = (changes.role ?? "admin") === "admin" && changes.disabled !== true;
      const epoch =
        changes.password_hash === undefined ? {} : { session_epoch: sql`${users.session_epoch} + 1` };
      const [result] = await writer.write([
        db
          .update(users)
          .set({ ...changes, ...epoch })
          .where(and(eq(users.id, id), keepsAdmin ? undefined : isNotLastAdmin)),
      ]);
      return result?.rowsAffected === 1;
    },
    /** Removes the user and the user's API keys. Returns false if no active admin would remain. */
    async removeUser(id: string): Promise<boolean> {
      const gone = notExists(db.select({ id: users.id }).from(users).where(eq(users.id, id)));
      const [result] = await writer.write([
        db.delete(users).where(and(eq(users.id, id), isNotLastAdmin)),
        db.delete(apiKeys).where(and(eq(apiKeys.created_by, id), gone)),
      ]);
      return result?.rowsAffected === 1;
    },

    findApiKey: async (id: string) => first(await db.select().from(apiKeys).where(eq(apiKeys.id, id))),
    findKeyHash: async (key_hash: string) =>
      first(await db.select().from(apiKeys).where(eq(apiKeys.key_hash, key_hash))),
    listApiKeys: (page: PageRequest) => listPage<ApiKeyRow>(db, { table: apiKeys, id: apiKeys.id }, page),
    addApiKey: (row: ApiKeyRow) => writer.write([insertApiKey(row)]),
    removeApiKey: (id: string) => writer.write([db.delete(apiKeys).where(eq(apiKeys.id, id))]),

    async isRevoked(jti: string): Promise<boolean> {
      const rows = await db.select().from(revokedSessions).where(eq(revokedSessions.jti, jti));
      return rows.length > 0;
    },
    /** Revokes a session, and deletes the rows of sessions whose tokens have expired by `now`. */
    revokeSession: (jti: string, expires_at: string, now: string) =>
      writer.write([
        db.delete(revokedSessions).where(lt(revokedSessions.expires_at, now)),
        db.insert(revokedSessions).values({ jti, expires_at }).onConflictDoNothing(),
      ]),
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;
