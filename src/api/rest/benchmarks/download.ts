import type { FileText } from "../../../services/benchmarks/trials/index.ts";

/** A file to be saved, made as fast as its reader takes it; who leaves ends the making. */
export function download({ name, content_type, text }: FileText): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await text.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "content-type": content_type, "content-disposition": `attachment; filename="${name}"` };
  return new Response(body, { headers });
}
