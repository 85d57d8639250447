import { randomBytes } from "node:crypto";
import { AppError, requireFound } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import type { CreateUser, UpdateUser, User } from "../../domain/account.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller, OPERATOR } from "../../domain/permissions.ts";
import type { AccountStore, UserRow } from "../../store/accounts.ts";
import type { Passwords } from "./passwords.ts";

/** The user as callers see it, without what concerns the password. */
const toPublicUser = ({ password_hash: _hash, session_epoch: _epoch, ...user }: UserRow): User => user;

/** Manages user accounts, for admins. `forget` makes a change take effect at once on users who are logged in. */
export function createUsers(store: AccountStore, passwords: Passwords, forget: () => void) {
  async function find(id: string): Promise<UserRow> {
    return requireFound(await store.findUser(id), "user", id);
  }

  /** The refusal of a change after which nobody could manage the server. */
  async function lastAdminError(id: string): Promise<AppError> {
    await find(id);
    return new AppError(
      "CONFLICT",
      "This user is the last enabled admin. Make another user an admin first.",
      { user: id },
    );
  }

  return {
    async create(caller: Caller, { username, password, role = "user" }: CreateUser): Promise<User> {
      authorize(caller, "users.manage");
      const taken = new AppError(
        "CONFLICT",
        `A user named '${username}' exists already. Choose another username.`,
        { field: "username" },
      );
      if (await store.findUsername(username)) throw taken;
      const password_hash = await passwords.hash(password);
      const row = {
        id: newId(),
        username,
        password_hash,
        role,
        disabled: false,
        session_epoch: 0,
        created_at: now(),
      };
      await store.addUser(row).catch((cause: unknown) => {
        throw String(cause).includes("UNIQUE") ? taken : cause;
      });
      return toPublicUser(row);
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<User>> {
      authorize(caller, "users.manage");
      const page = await store.listUsers(request);
      return { ...page, items: page.items.map(toPublicUser) };
    },
    async get(caller: Caller, id: string): Promise<User> {
      authorize(caller, "users.manage");
      return toPublicUser(await find(id));
    },
    async update(caller: Caller, id: string, { password, ...changes }: UpdateUser): Promise<User> {
      authorize(caller, "users.manage");
      await find(id);
      const secret = password === undefined ? {} : { password_hash: await passwords.hash(password) };
      if (!(await store.changeUser(id, { ...changes, ...secret }))) throw await lastAdminError(id);
      forget();
      return toPublicUser(await find(id));
    },
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "users.manage");
      await find(id);
      if (!(await store.removeUser(id))) throw await lastAdminError(id);
      forget();
    },
    /**
     * Creates the first admin if the database has no user yet. Without `given`, it does so only if `generate` is set,
     * and makes up a password. Returns null if no admin was created; `password` is null unless it was made up.
     */
    async createFirstAdmin(
      given: { username: string; password: string } | undefined,
      generate: boolean,
    ): Promise<{ username: string; password: string | null } | null> {
      if ((await store.countUsers()) > 0 || (!given && !generate)) return null;
      const username = given?.username ?? "admin";
      const password = given?.password ?? randomBytes(12).toString("base64url");
      await this.create(OPERATOR, { username, password, role: "admin" });
      return { username, password: given ? null : password };
    },
  };
}

export type Users = ReturnType<typeof createUsers>;
