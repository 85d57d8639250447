import { type Static, t } from "elysia";
import { Id, Name, RoleName, Timestamp } from "./fields.ts";

export const USERNAME = t.String({
  minLength: 1,
  maxLength: 200,
  pattern: "^\\S(.*\\S)?$",
  description: "a name or address that neither begins nor ends with a space",
});
export const NEW_PASSWORD = t.String({ minLength: 8, maxLength: 1024 });

export const LoginRequest = t.Object(
  {
    username: t.String({ minLength: 1, maxLength: 200 }),
    password: t.String({ minLength: 1, maxLength: 1024 }),
  },
  { additionalProperties: false },
);
export type LoginRequest = Static<typeof LoginRequest>;

export const LoginResponse = t.Object({ token: t.String(), expires_at: Timestamp });
export type LoginResponse = Static<typeof LoginResponse>;

export const User = t.Object({
  id: Id,
  username: t.String(),
  role: RoleName,
  disabled: t.Boolean(),
  created_at: Timestamp,
});
export type User = Static<typeof User>;

/** The roles of users. Only API keys can have the role `service`, because service accounts have no password. */
export const ACCOUNT_ROLES = ["admin", "user", "viewer"] as const;
const AccountRole = t.Union(ACCOUNT_ROLES.map((role) => t.Literal(role)));

export const CreateUser = t.Object(
  { username: USERNAME, password: NEW_PASSWORD, role: t.Optional(AccountRole) },
  { additionalProperties: false },
);
export type CreateUser = Static<typeof CreateUser>;

export const UpdateUser = t.Object(
  {
    password: t.Optional(NEW_PASSWORD),
    role: t.Optional(AccountRole),
    disabled: t.Optional(t.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type UpdateUser = Static<typeof UpdateUser>;

export const CreateApiKey = t.Object(
  { name: Name, role: t.Optional(RoleName) },
  { additionalProperties: false },
);
export type CreateApiKey = Static<typeof CreateApiKey>;

/** The only response that holds the key itself. */
export const ApiKeyCreated = t.Object({ key: t.String(), id: Id, created_at: Timestamp });
export type ApiKeyCreated = Static<typeof ApiKeyCreated>;

export const ApiKey = t.Object({
  id: Id,
  name: t.String(),
  role: RoleName,
  prefix: t.String({ description: "The first characters of the key, to tell keys apart." }),
  created_by: t.String(),
  created_at: Timestamp,
});
export type ApiKey = Static<typeof ApiKey>;

export const Me = t.Object({
  kind: t.Union([t.Literal("user"), t.Literal("api_key"), t.Literal("operator")]),
  id: t.String(),
  name: t.String(),
  role: RoleName,
});
export type Me = Static<typeof Me>;
