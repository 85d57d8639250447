import { randomBytes } from "node:crypto";
import { AppError, notFound } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import type { CreateUser, UpdateUser, User } from "../../domain/account.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { authorize, type Caller, OPERATOR } from "../../domain/permissions.ts";
import type { AccountStore, UserRow } from "../../store/accounts.ts";
import type { Passwords } from "./passwords.ts";

const shown = ({ password_hash: _hash, session_epoch: _epoch, ...user }: UserRow): User => user;

/** Accounts, which admins manage. `forget` makes a change take effect on those who are logged in. */
export function createUsers(store: AccountStore, passwords: Passwords, forget: () => void) {
  async function find(id: string): Promise<UserRow> {
    const user = await store.findUser(id);
    if (!user) throw notFound("user", id);
    return user;
  }

  /** Nobody could manage the server any more. */
  async function lastAdmin(id: string): Promise<AppError> {
    await find(id);
    return new AppError("CONFLICT", "This is the last admin who is not disabled.", { user: id });
  }

  return {
    async create(caller: Caller, { username, password, role = "user" }: CreateUser): Promise<User> {
      authorize(caller, "users.manage");
      const taken = new AppError("CONFLICT", `A user named '${username}' exists.`, { field: "username" });
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
      return shown(row);
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<User>> {
      authorize(caller, "users.manage");
      const page = await store.listUsers(request);
      return { ...page, items: page.items.map(shown) };
    },
    async get(caller: Caller, id: string): Promise<User> {
      authorize(caller, "users.manage");
      return shown(await find(id));
    },
    async update(caller: Caller, id: string, { password, ...changes }: UpdateUser): Promise<User> {
      authorize(caller, "users.manage");
      await find(id);
      const secret = password === undefined ? {} : { password_hash: await passwords.hash(password) };
      if (!(await store.changeUser(id, { ...changes, ...secret }))) throw await lastAdmin(id);
      forget();
      return shown(await find(id));
    },
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "users.manage");
      await find(id);
      if (!(await store.removeUser(id))) throw await lastAdmin(id);
      forget();
    },
    /**
     * On an empty database: makes the first admin, with a password of its own making if none is given and
     * `generate` is set. Answers the password only if it made it.
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
