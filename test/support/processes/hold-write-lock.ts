/** Holds the write lock of a database, as a careless tool would: says `held`, and lets go when its input ends. */
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";

const [file = ""] = Bun.argv.slice(2);
const client = createClient({ url: pathToFileURL(file).href, concurrency: 1 });
const transaction = await client.transaction("write");
console.log("held");
await Bun.stdin.text();
await transaction.commit();
client.close();
