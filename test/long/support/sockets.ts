import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** TCP connections that a process holds, whatever their state, by whom they are to. */
export interface Sockets {
  clients: number;
  upstream: number;
  /** To anybody else. */
  others: number;
}

const LISTENING = "0A";
const portOf = (url: string): number => Number(new URL(url).port);
const portIn = (address: string): number => Number.parseInt(address.split(":")[1] ?? "", 16);

/** The inodes of the sockets among a process's open files. */
function inodesOf(pid: number): Set<string> {
  const targets = readdirSync(`/proc/${pid}/fd`).map((file) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${file}`);
    } catch {
      // Closed since it was listed.
      return "";
    }
  });
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/** Counts the TCP connections of a server's process through Linux's `/proc`: told apart by port. */
export function countSockets({ pid, url }: { pid: number; url: string }, upstream_url: string): Sockets {
  const [own, upstream] = [portOf(url), portOf(upstream_url)];
  const inodes = inodesOf(pid);
  const counts: Sockets = { clients: 0, upstream: 0, others: 0 };
  const lines = ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8").trim().split("\n").slice(1),
  );
  for (const line of lines) {
    const [, local = "", remote = "", state, , , , , , inode = ""] = line.trim().split(/\s+/);
    if (state === LISTENING || !inodes.has(inode)) continue;
    if (portIn(local) === own) counts.clients++;
    else if (portIn(remote) === upstream) counts.upstream++;
    else counts.others++;
  }
  return counts;
}
