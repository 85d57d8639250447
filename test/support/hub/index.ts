/** What goes wrong with the files, each as a hub or what stands before it does. */
export type HubTrouble =
  | { status: number }
  /** A page instead of a file. */
  | "garbage"
  /** The whole answer, of but a part of the file. */
  | "truncated"
  /** The connection breaks after some bytes; the next request is answered well. */
  | "cut"
  /** Some bytes, and then nothing. */
  | "stall";

export interface HubOptions {
  /** Files by their path in the repository: `cais/mmlu/all/test-00000-of-00001.parquet`. */
  files: Map<string, Uint8Array<ArrayBuffer>>;
  /** What troubles the request of that number, from 1, for a file. */
  trouble?(path: string, request: number): HubTrouble | undefined;
  /** Whether there is the hub's API beside the files, as a static mirror has none. */
  listing?: boolean;
  /** Bytes go through another server, as large files do; its address is the origin asked. */
  store?: boolean;
  token?: string;
  /** Pause between two pieces of a file. */
  pause_ms?: number;
}

export interface HubRequest {
  path: string;
  origin: string;
  range: string | null;
  authorization: string | null;
}

export interface FakeHub {
  url: string;
  requests: HubRequest[];
  /** Requests for files alone. */
  fileRequests(): HubRequest[];
  stop(): Promise<void>;
}

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const PIECE = 1024;

const hashOf = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

function bodyOf(bytes: Uint8Array<ArrayBuffer>, pause_ms: number, end: "cut" | "stall" | undefined) {
  let sent = 0;
  const last = end ? Math.floor(bytes.length / 2) : bytes.length;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent >= last && end === "stall") return new Promise(() => undefined);
      // With fewer bytes than were announced the connection is broken.
      if (sent >= last) return controller.close();
      if (pause_ms > 0 || end === "cut") await Bun.sleep(pause_ms || 1);
      controller.enqueue(bytes.slice(sent, Math.min(sent + PIECE, last)));
      sent += PIECE;
    },
  });
}

/** A local server that lays files out as the Hugging Face hub does: API, revisions, redirections, ranges. */
export function startHub(options: HubOptions): FakeHub {
  const { files, trouble, listing = true, store = false, token, pause_ms = 0 } = options;
  const requests: HubRequest[] = [];
  const counts = new Map<string, number>();

  function fileAnswer(bytes: Uint8Array<ArrayBuffer>, range: string | null, path: string): Response {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const fault = trouble?.(path, count);
    if (typeof fault === "object") return new Response("no", { status: fault.status });
    if (fault === "garbage") return new Response("<html>Please log in to this network.</html>");
    if (fault === "truncated") return new Response(bytes.slice(0, bytes.length / 2));
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    if (start >= bytes.length) return new Response(null, { status: 416 });
    const rest = bytes.slice(start);
    const headers = {
      "content-length": String(rest.length),
      ...(start > 0 ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    };
    return new Response(bodyOf(rest, pause_ms, fault), { status: start > 0 ? 206 : 200, headers });
  }

  function list(repository: string): Response {
    const siblings = [...files]
      .filter(([path]) => path.startsWith(`${repository}/`))
      .map(([path, bytes]) => ({
        rfilename: path.slice(repository.length + 1),
        size: bytes.length,
        lfs: { sha256: hashOf(bytes), size: bytes.length },
      }));
    return siblings.length === 0
      ? new Response('{"error":"Repository not found"}', { status: 404 })
      : Response.json({ id: repository, sha: COMMIT, siblings });
  }

  function answer(request: Request, isStore: boolean): Response {
    const { pathname, origin } = new URL(request.url);
    const range = request.headers.get("range");
    const authorization = request.headers.get("authorization");
    requests.push({ path: pathname, origin, range, authorization });
    if (isStore) {
      const path = decodeURIComponent(pathname.slice(1));
      const stored = files.get(path);
      return stored ? fileAnswer(stored, range, path) : new Response("no", { status: 404 });
    }
    if (token && authorization !== `Bearer ${token}`) return new Response("gated", { status: 401 });
    const [, repository] = /^\/api\/datasets\/([^/]+\/[^/]+)\/revision\/main$/.exec(pathname) ?? [];
    if (repository) return listing ? list(repository) : new Response("no", { status: 404 });
    const [, of, inside] = /^\/datasets\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(pathname) ?? [];
    const path = `${of}/${inside}`;
    const bytes = files.get(path);
    if (!bytes) return new Response("Entry not found", { status: 404 });
    if (!store) return fileAnswer(bytes, range, path);
    const headers = {
      location: `${storage.url.origin}/${encodeURIComponent(path)}`,
      "x-linked-size": String(bytes.length),
      "x-linked-etag": `"${hashOf(bytes)}"`,
      "x-repo-commit": COMMIT,
    };
    return new Response(null, { status: 302, headers });
  }

  const serve = (isStore: boolean) =>
    Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: (request) => answer(request, isStore),
    });
  const storage = serve(true);
  const hub = serve(false);
  return {
    url: hub.url.origin,
    requests,
    fileRequests: () => requests.filter(({ path }) => !path.startsWith("/api/")),
    async stop() {
      await Promise.all([hub.stop(true), storage.stop(true)]);
    },
  };
}
