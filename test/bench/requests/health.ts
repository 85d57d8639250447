import { type Comparison, compareRequests } from "../load/comparison.ts";
import { startBare } from "../servers/process.ts";
import { requestText, startServer } from "../servers/server.ts";

/** `GET /health` against a server that has the same bytes for everybody. */
export async function health(): Promise<Comparison> {
  await using ours = await startServer();
  await using bare = await startBare({ WORK: "answer", BODY: JSON.stringify(await ours.get("/health")) });
  return await compareRequests(ours, bare, requestText("GET", "/health"));
}
