import { describe, expect, test } from "bun:test";
import { VARIABLES } from "../../src/config/settings.ts";
import { readPage } from "../support/pages.ts";

/** The files of `deploy/` name settings that exist, and parts that fit together. */
const KNOWN: readonly string[] = VARIABLES;
const namesIn = (text: string): string[] =>
  [...text.matchAll(/([A-Z][A-Z0-9_]+)=/g)].map(([, name = ""]) => name);

interface Compose {
  services: Record<string, { environment?: Record<string, string>; depends_on?: Record<string, object> }>;
}

describe("the settings of", () => {
  test.each(["deploy/llm-test-bench.env", "deploy/llm-test-bench.service"])("%s exist", (path) => {
    const settings = readPage(path)
      .split("\n")
      .filter((line) => /^(?:# )?[A-Z_]+=|^Environment=/.test(line));
    expect(settings.length).toBeGreaterThan(0);
    expect(namesIn(settings.join(" ")).filter((name) => !KNOWN.includes(name))).toEqual([]);
  });

  test("deploy/compose.yaml exist, and its services", () => {
    const { services } = Bun.YAML.parse(readPage("deploy/compose.yaml")) as Compose;
    for (const { environment = {}, depends_on = {} } of Object.values(services)) {
      expect(Object.keys(environment).filter((name) => !KNOWN.includes(name))).toEqual([]);
      expect(Object.keys(depends_on).filter((name) => !Object.hasOwn(services, name))).toEqual([]);
    }
    expect(readPage("deploy/nginx.conf")).toContain(`proxy_pass http://${Object.keys(services)[0]}:3000;`);
  });
});
