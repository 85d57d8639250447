/** Serialises a value as JSON with keys sorted at every level and `undefined` left out. Equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}

/** Returns the SHA-256 as 64 hexadecimal digits. */
export const sha256 = (text: string | Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(text).digest("hex");
