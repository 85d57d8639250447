import { expect, test } from "bun:test";
import { browserUrl, hostAndPort } from "../../src/base/address.ts";

test.each([
  ["127.0.0.1", "http://127.0.0.1:3000"],
  ["localhost", "http://localhost:3000"],
  ["0.0.0.0", "http://127.0.0.1:3000"],
  ["192.168.1.7", "http://192.168.1.7:3000"],
  ["::1", "http://[::1]:3000"],
  ["::", "http://[::1]:3000"],
])("a server that listens on %s is opened at %s", (hostname, url) => {
  expect(browserUrl({ hostname, port: 3000 })).toBe(url);
  expect(URL.canParse(url)).toBe(true);
});

test("an IPv6 host is in brackets", () => {
  expect(hostAndPort({ hostname: "::", port: 80 })).toBe("[::]:80");
  expect(hostAndPort({ hostname: "0.0.0.0", port: 80 })).toBe("0.0.0.0:80");
});
