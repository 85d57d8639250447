import type { HubFile } from "./snapshot.ts";

const MAGIC = "PAR1";

async function hashOf(file: Blob): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const chunk of file.stream()) hasher.update(chunk);
  return hasher.digest("hex");
}

const isParquet = async (file: Blob): Promise<boolean> =>
  file.size > 2 * MAGIC.length &&
  (await file.slice(0, MAGIC.length).text()) === MAGIC &&
  (await file.slice(-MAGIC.length).text()) === MAGIC;

/** What is wrong with a file that was received, to stand behind its name; undefined if it is what it should be. */
export async function faultOfFile(
  path: string,
  { path: name, bytes, sha256 }: HubFile,
): Promise<string | undefined> {
  const file = Bun.file(path);
  if (bytes !== undefined && file.size !== bytes) return `has ${file.size} bytes instead of ${bytes}`;
  if (name.endsWith(".parquet") && !(await isParquet(file))) return "is not a parquet file, or is cut off";
  if (sha256 !== undefined && (await hashOf(file)) !== sha256) return "has another SHA-256 than it should";
  return undefined;
}
