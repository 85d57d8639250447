import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./paths.ts";

/** A fenced block of a page. */
export interface Block {
  /** Its first word after the fence, such as `sh`. */
  language: string;
  /** The rest of that line, such as `no-run: needs Docker`. */
  note: string;
  text: string;
  /** The number of its first line, from 1. */
  line: number;
}

const SKIPPED = new Set(["node_modules", "dist", "data", ".git"]);

/** The Markdown files of the project, by their paths from its root. */
export const markdownFiles = (folder = ROOT): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownFiles(path);
      return entry.isFile() && entry.name.endsWith(".md") ? [relative(ROOT, path)] : [];
    })
    .sort();

export const readPage = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const FENCE = /^```([a-z]*)(?: ([^\n]*))?\n(.*?)^```$/gms;

/** The fenced blocks of a page, in order. */
export const blocksOf = (page: string): Block[] =>
  [...page.matchAll(FENCE)].map(({ 1: language = "", 2: note = "", 3: text = "", index }) => ({
    language,
    note,
    text,
    line: page.slice(0, index).split("\n").length,
  }));

/** The page without its fenced blocks. */
export const proseOf = (page: string): string => page.replaceAll(FENCE, "");
