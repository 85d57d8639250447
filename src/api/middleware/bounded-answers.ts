import { Elysia } from "elysia";
import { badField } from "../../base/errors.ts";
import { isRecord } from "../../base/json/json.ts";
import { ANSWER_BYTES_MAX } from "../../domain/page.ts";

/** Whether an answer is one page of a list. */
const isPage = (answer: unknown): answer is { items: unknown[]; page_size: number } =>
  isRecord(answer) && Array.isArray(answer.items) && typeof answer.page_size === "number";

/** Throws BAD_REQUEST for a page that is longer than any answer may be. */
function refuseLong(json: string, items: number): void {
  const bytes = Buffer.byteLength(json);
  if (bytes <= ANSWER_BYTES_MAX) return;
  const advice = items > 1 ? "Ask for fewer items, or get one by its id" : "Get the item by its id";
  const fault = `${items} items have ${bytes} bytes; at most ${ANSWER_BYTES_MAX} are sent. ${advice}`;
  throw badField("page_size", fault, { maximum_bytes: ANSWER_BYTES_MAX });
}

/** Bounds the bytes of every list's answer. Lists leave long fields out, so that few pages come near the bound. */
export const boundedAnswers = new Elysia({ name: "bounded-answers" })
  .onAfterHandle(({ response }) => {
    if (!isPage(response)) return;
    const json = JSON.stringify(response);
    refuseLong(json, response.items.length);
    return new Response(json, { headers: { "content-type": "application/json" } });
  })
  .as("global");
