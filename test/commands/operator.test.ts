import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiKey, ApiKeyCreated, User } from "../../src/domain/account.ts";
import type { Dataset, DatasetListing } from "../../src/domain/dataset.ts";
import type { Page } from "../../src/domain/page.ts";
import { createCli } from "../support/server/cli.ts";
import { openStoreIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const cli = createCli();
const PASSWORD = "correct horse";
const LINES = '{"input":"2 + 2?","expected":"4"}\n{"input":"3 + 3?","expected":"6"}\n';
const file = join(tempDir(), "sums.jsonl");

beforeAll(() => {
  writeFileSync(file, LINES);
});

async function usersIn(data_dir: string) {
  const store = await openStoreIn(data_dir);
  const { items } = await store.accounts.listUsers({ page: 1, page_size: 100 });
  await store.close();
  return items;
}

/** Runs every command. The results are the same with and without a running server. */
async function operateAll(env: Record<string, string>) {
  const user = await cli.read<User>(["user", "create", "ada", "--role", "viewer"], env, `${PASSWORD}\n`);
  const made = await cli.read<ApiKeyCreated>(["key", "create", "ci"], env);
  const keys = await cli.read<Page<ApiKey>>(["key", "list"], env);
  const revoked = await cli.read<unknown>(["key", "revoke", made.id], env);
  const dataset = await cli.read<Dataset>(["dataset", "import", file, "--name", "sums"], env);
  const datasets = await cli.read<Page<DatasetListing>>(["dataset", "list"], env);
  return { user, made, keys, revoked, dataset, datasets };
}

function expectAll({ user, made, keys, revoked, dataset, datasets }: Awaited<ReturnType<typeof operateAll>>) {
  expect(user).toMatchObject({ username: "ada", role: "viewer", disabled: false });
  expect(made.key).toMatch(/^ltb_[a-z0-9]{32}$/);
  expect(keys.items).toMatchObject([{ id: made.id, name: "ci", role: "service", created_by: "operator" }]);
  expect(JSON.stringify(keys)).not.toInclude(made.key);
  expect(revoked).toEqual({ deleted: true });
  expect(dataset).toMatchObject({ name: "sums", samples: 2, source: "upload", created_by: "operator" });
  expect(datasets.items.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["sums", "starter", "arithmetic"]),
  );
}

describe("without a server", () => {
  test("commands open the data themselves, and create no other user", async () => {
    const DATA_DIR = tempDir();
    expectAll(await operateAll({ DATA_DIR }));
    const users = await usersIn(DATA_DIR);
    expect(users.map(({ username, role }) => [username, role])).toEqual([["ada", "viewer"]]);
    expect(await Bun.password.verify(PASSWORD, users[0]?.password_hash ?? "")).toBe(true);
    expect(existsSync(join(DATA_DIR, "control.sock"))).toBe(false);
  });

  test("commands work in production too, and with REST, GraphQL or WebSocket turned off", async () => {
    const env = {
      DATA_DIR: tempDir(),
      NODE_ENV: "production",
      JWT_SECRET: "0123456789abcdef0123456789abcdef",
      ENABLE_REST: "false",
      ENABLE_SWAGGER: "false",
    };
    const user = await cli.read<User>(
      ["user", "create", "root", "--role", "admin", "--password", PASSWORD],
      env,
    );
    expect(user.role).toBe("admin");
  });

  test("the first command creates the admin of the settings, as the first start does", async () => {
    const env = { DATA_DIR: tempDir(), ADMIN_USERNAME: "root", ADMIN_PASSWORD: PASSWORD };
    await cli.read(["key", "list"], env);
    expect(await usersIn(env.DATA_DIR)).toMatchObject([{ username: "root", role: "admin" }]);
  });

  test("two commands at once wait for each other", async () => {
    const DATA_DIR = tempDir();
    const names = ["one", "two", "three"];
    await Promise.all(names.map((name) => cli.read<ApiKeyCreated>(["key", "create", name], { DATA_DIR })));
    const { items } = await cli.read<Page<ApiKey>>(["key", "list"], { DATA_DIR });
    expect(items.map(({ name }) => name).sort()).toEqual(names.toSorted());
  });
});

describe("beside a running server", () => {
  test("commands use its socket, which only the owner can open, and take effect at once", async () => {
    const DATA_DIR = tempDir();
    const { url } = await cli.serve({ DATA_DIR, ADMIN_USERNAME: "root", ADMIN_PASSWORD: PASSWORD });
    expect(statSync(join(DATA_DIR, "control.sock")).mode & 0o777).toBe(0o600);
    expectAll(await operateAll({ DATA_DIR }));

    const login = await fetch(`${url}/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "ada", password: PASSWORD }),
    });
    expect(login.status).toBe(200);

    const { key, id } = await cli.read<ApiKeyCreated>(["key", "create", "ci", "--role", "viewer"], {
      DATA_DIR,
    });
    const me = () => fetch(`${url}/v1/auth/me`, { headers: { "x-api-key": key } });
    expect(await (await me()).json()).toMatchObject({ kind: "api_key", id, role: "viewer" });
    await cli.read(["key", "revoke", id], { DATA_DIR });
    expect((await me()).status).toBe(401);
  });

  test("a command opens the data itself after the server was killed", async () => {
    const DATA_DIR = tempDir();
    const { server } = await cli.serve({ DATA_DIR });
    server.process.kill("SIGKILL");
    await server.ended();
    expect(existsSync(join(DATA_DIR, "control.sock"))).toBe(true);
    expect((await cli.read<Page<ApiKey>>(["key", "list"], { DATA_DIR })).total).toBe(0);
  });
});

describe("a refused request", () => {
  test("prints the server's message, with exit code 1 and no stack", async () => {
    const DATA_DIR = tempDir();
    await cli.serve({ DATA_DIR, ADMIN_USERNAME: "ada", ADMIN_PASSWORD: PASSWORD });
    const lines: [string[], string, RegExp][] = [
      [
        ["user", "create", "ada"],
        PASSWORD,
        /^A user named 'ada' exists already\. Choose another username\.\n$/,
      ],
      [["user", "create", "eve"], "short", /^password: must have at least 8 characters\n$/],
      [["user", "create", "eve", "--role", "king"], PASSWORD, /^role: must be one of admin, user, viewer/],
      [["key", "create", "ci", "--role", "king"], "", /^role: must be one of admin, user, viewer, service/],
      [["key", "revoke", "nonsense"], "", /^id: must be a UUID\n$/],
      [["dataset", "import", file, "--name", "a/b"], "", /^name: must be 1 to 100 letters/],
      [
        ["dataset", "import", file, "--name", "x", "--mapping", '{"input":"q"}'],
        "",
        /^mapping\.input: unknown column 'q'/,
      ],
    ];
    const ended = await Promise.all(lines.map(([argv, input]) => cli.run(argv, { DATA_DIR }, input)));
    for (const [index, { code, stdout, stderr }] of ended.entries()) {
      const [argv, , message = /$^/] = lines[index] ?? [];
      expect({ argv, code, stdout, stderr }).toEqual({
        argv,
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(message),
      });
    }
  });
});

describe("the OpenAPI document", () => {
  test("is printed in full, the same with and without a running server", async () => {
    const DATA_DIR = tempDir();
    const document = await cli.read<{ openapi: string; paths: object }>(["openapi"], { DATA_DIR });
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/v1/completions", "/v1/benchmarks/{id}"]),
    );
    await cli.serve({ DATA_DIR });
    expect(await cli.read<object>(["openapi"], { DATA_DIR })).toEqual(document);
  });
});
