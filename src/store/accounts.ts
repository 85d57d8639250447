import { and, count, eq, lt, notExists, sql } from "drizzle-orm";
import type { PageRequest } from "../domain/page.ts";
import { listPage } from "./list.ts";
import type { Database } from "./open.ts";
import { apiKeys, revokedSessions, users } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type UserRow = typeof users.$inferSelect;
export type ApiKeyRow = typeof apiKeys.$inferSelect;

type UserChanges = Partial<Pick<UserRow, "role" | "disabled" | "password_hash">>;

const insertUser = insertInto(users);
const insertApiKey = insertInto(apiKeys);

/** Users, API keys and ended sessions. */
export function createAccountStore({ db, writer }: Database) {
  const active = and(eq(users.role, "admin"), eq(users.disabled, false));
  const admins = db.select({ total: count() }).from(users).where(active);
  /** Of a user's row: it is not that of the last admin who is not disabled. */
  const dispensable = sql`(NOT (${active}) OR ${admins} > 1)`;
  const first = <Row>(rows: Row[]): Row | undefined => rows[0];
  return {
    async countUsers(): Promise<number> {
      return first(await db.select({ total: count() }).from(users))?.total ?? 0;
    },
    findUser: async (id: string) => first(await db.select().from(users).where(eq(users.id, id))),
    findUsername: async (username: string) =>
      first(await db.select().from(users).where(eq(users.username, username))),
    listUsers: (page: PageRequest) => listPage(db, users, users.id, page),
    addUser: (row: UserRow) => writer.write([insertUser(row)]),
    /** Changes the user, and ends the sessions of an old password; false if no active admin would be left. */
    async changeUser(id: string, changes: UserChanges): Promise<boolean> {
      const keepsAdmin = (changes.role ?? "admin") === "admin" && changes.disabled !== true;
      const epoch =
        changes.password_hash === undefined ? {} : { session_epoch: sql`${users.session_epoch} + 1` };
      const [result] = await writer.write([
        db
          .update(users)
          .set({ ...changes, ...epoch })
          .where(and(eq(users.id, id), keepsAdmin ? undefined : dispensable)),
      ]);
      return result?.rowsAffected === 1;
    },
    /** Removes the user and the keys that the user made; false if no active admin would be left. */
    async removeUser(id: string): Promise<boolean> {
      const gone = notExists(db.select({ id: users.id }).from(users).where(eq(users.id, id)));
      const [result] = await writer.write([
        db.delete(users).where(and(eq(users.id, id), dispensable)),
        db.delete(apiKeys).where(and(eq(apiKeys.created_by, id), gone)),
      ]);
      return result?.rowsAffected === 1;
    },

    findApiKey: async (id: string) => first(await db.select().from(apiKeys).where(eq(apiKeys.id, id))),
    findKeyHash: async (key_hash: string) =>
      first(await db.select().from(apiKeys).where(eq(apiKeys.key_hash, key_hash))),
    listApiKeys: (page: PageRequest) => listPage(db, apiKeys, apiKeys.id, page),
    addApiKey: (row: ApiKeyRow) => writer.write([insertApiKey(row)]),
    removeApiKey: (id: string) => writer.write([db.delete(apiKeys).where(eq(apiKeys.id, id))]),

    async isRevoked(jti: string): Promise<boolean> {
      const rows = await db.select().from(revokedSessions).where(eq(revokedSessions.jti, jti));
      return rows.length > 0;
    },
    /** Ends a session; forgets those whose tokens have expired by `now` anyway. */
    revokeSession: (jti: string, expires_at: string, now: string) =>
      writer.write([
        db.delete(revokedSessions).where(lt(revokedSessions.expires_at, now)),
        db.insert(revokedSessions).values({ jti, expires_at }).onConflictDoNothing(),
      ]),
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;
