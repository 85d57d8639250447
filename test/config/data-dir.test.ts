import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configFromEnvironment } from "../../src/config/index.ts";
import { configReader, faultOf, SECRET } from "../support/config.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const read = configReader();

describe("the signing secret", () => {
  test("is made, kept across starts, and readable only by its owner", () => {
    const DATA_DIR = tempDir();
    const first = configFromEnvironment({ DATA_DIR });
    expect(Buffer.byteLength(first.jwt_secret)).toBeGreaterThanOrEqual(32);
    expect(configFromEnvironment({ DATA_DIR }).jwt_secret).toBe(first.jwt_secret);
    expect(statSync(join(DATA_DIR, "jwt-secret")).mode & 0o777).toBe(0o600);
    expect(read({}).jwt_secret).not.toBe(first.jwt_secret);
  });

  test("that the operator sets is not stored", () => {
    const DATA_DIR = tempDir();
    expect(configFromEnvironment({ DATA_DIR, JWT_SECRET: SECRET }).jwt_secret).toBe(SECRET);
    expect(existsSync(join(DATA_DIR, "jwt-secret"))).toBe(false);
  });

  test("must be set in production; without it no folder is created", () => {
    const DATA_DIR = join(tempDir(), "data");
    const { message } = faultOf(() => configFromEnvironment({ DATA_DIR, NODE_ENV: "production" }));
    expect(message).toMatch(/^JWT_SECRET must be set in production\. Example: JWT_SECRET=\S{32}/);
    expect(existsSync(DATA_DIR)).toBe(false);
    const short = { DATA_DIR, NODE_ENV: "production", JWT_SECRET: SECRET.slice(1) };
    expect(faultOf(() => configFromEnvironment(short)).message).toInclude("at least 32 bytes");
  });

  test("is counted in bytes", () => {
    expect(read({ JWT_SECRET: "ü".repeat(16) }).jwt_secret).toHaveLength(16);
  });

  test("that was kept and then cut short stops the start, naming the file", () => {
    const DATA_DIR = tempDir();
    writeFileSync(join(DATA_DIR, "jwt-secret"), "");
    const { message } = faultOf(() => configFromEnvironment({ DATA_DIR }));
    expect(message).toStartWith("JWT_SECRET ");
    expect(message).toInclude(join(DATA_DIR, "jwt-secret"));
  });
});

describe("DATA_DIR", () => {
  test("that is a file is refused", () => {
    const file = join(tempDir(), "file");
    writeFileSync(file, "");
    expect(faultOf(() => configFromEnvironment({ DATA_DIR: file })).message).toStartWith(
      "DATA_DIR can't be used (",
    );
    expect(faultOf(() => configFromEnvironment({ DATA_DIR: join(file, "under") })).message).toInclude(
      "Example: DATA_DIR=",
    );
  });

  test.skipIf(process.getuid?.() === 0)("that can't be written is refused", () => {
    const path = tempDir();
    chmodSync(path, 0o500);
    expect(faultOf(() => configFromEnvironment({ DATA_DIR: path })).message).toStartWith(
      "DATA_DIR can't be used (",
    );
  });
});
