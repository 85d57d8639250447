import type { TestServer } from "./server/index.ts";

const PASSWORD = "a password of ten words";

/** A token or key of everybody who may call. */
export interface Cast {
  admin: string;
  user: string;
  other_user: string;
  viewer: string;
  admin_key: string;
  user_key: string;
  viewer_key: string;
  service_key: string;
}
export type Member = keyof Cast;

export const ROLE_OF = {
  admin: "admin",
  user: "user",
  other_user: "user",
  viewer: "viewer",
  admin_key: "admin",
  user_key: "user",
  viewer_key: "viewer",
  service_key: "service",
} as const satisfies Record<Member, string>;
export const MEMBERS = Object.keys(ROLE_OF) as Member[];

export async function createUser(
  server: TestServer,
  username: string,
  role: string,
  password = PASSWORD,
): Promise<{ id: string; username: string; password: string; token: string }> {
  const { status, body } = await server.request<{ id: string }>("POST", "/v1/users", {
    token: server.token,
    body: { username, password, role },
  });
  if (status !== 201) throw new Error(`Creating ${username} answered ${status}: ${JSON.stringify(body)}`);
  return { id: body.id, username, password, token: await server.login(username, password) };
}

export async function createKey(server: TestServer, role: string): Promise<{ id: string; key: string }> {
  const { status, body } = await server.request<{ id: string; key: string }>("POST", "/v1/auth/api-keys", {
    token: server.token,
    body: { name: `a ${role}'s key`, role },
  });
  if (status !== 201) throw new Error(`Creating a key answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** One caller of every kind on a server. */
export async function createCast(server: TestServer): Promise<Cast> {
  const tokenOf = async (username: string, role: string) => (await createUser(server, username, role)).token;
  const keyOf = async (role: string) => (await createKey(server, role)).key;
  return {
    admin: server.token,
    user: await tokenOf("user@example.com", "user"),
    other_user: await tokenOf("other@example.com", "user"),
    viewer: await tokenOf("viewer@example.com", "viewer"),
    admin_key: await keyOf("admin"),
    user_key: await keyOf("user"),
    viewer_key: await keyOf("viewer"),
    service_key: await keyOf("service"),
  };
}
