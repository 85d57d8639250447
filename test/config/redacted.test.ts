import { describe, expect, test } from "bun:test";
import { redacted } from "../../src/config/redacted.ts";
import { VARIABLES } from "../../src/config/settings.ts";
import { configReader } from "../support/config.ts";

const read = configReader();

describe("the printed configuration", () => {
  const SECRETS = VARIABLES.filter((name) => /SECRET|PASSWORD|TOKEN|KEY/.test(name));

  test("holds no secret", () => {
    const secrets = Object.fromEntries(
      SECRETS.map((name, index) => [name, `${index}`.padStart(40, "s3cr3t")]),
    );
    const config = read({ ...secrets, ADMIN_USERNAME: "root" });
    const printed = redacted(config);
    expect(JSON.stringify(printed)).not.toInclude("s3cr3t");
    for (const name of SECRETS) expect(printed[name.toLowerCase()]).toBe("[redacted]");
    expect(SECRETS.length).toBeGreaterThanOrEqual(6);
  });

  test("holds no secret that is part of a URL", () => {
    const printed = redacted(
      read({
        OPENAI_BASE_URL: "https://someone:s3cr3t@proxy.example.org/v1",
        DATABASE_URL: "libsql://db.example.org?authToken=s3cr3t",
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://s3cr3t@otel.example.org",
      }),
    );
    expect(JSON.stringify(printed)).not.toInclude("s3cr3t");
    expect(printed.openai_base_url).toBe("https://[redacted]@proxy.example.org/v1");
    expect(printed.database_url).toBe("libsql://db.example.org?[redacted]");
  });

  test("holds all other settings, and no absent ones", () => {
    const config = read({ BIND_ADDRESS: "localhost:1" });
    const { jwt_secret: _, ...rest } = config;
    expect(redacted(config)).toEqual({ ...rest, jwt_secret: "[redacted]" });
  });
});
