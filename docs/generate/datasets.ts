import type { DatasetListing, ProtocolListing } from "../../src/domain/dataset.ts";
import { code, page, table } from "./markdown.ts";
import { sentence, withStop } from "./schema-text.ts";

/** Protocols that a set borrows from another have that set's name before theirs. */
const isOwn = ({ name }: ProtocolListing): boolean => !name.includes("/");

function chapter({ name, description, license, homepage, samples, protocols }: DatasetListing): string[] {
  const facts = [
    samples === null ? "" : `${samples.toLocaleString("en-US")} samples.`,
    license === null ? "" : `Licence: ${license}.`,
    homepage === null ? "" : `From <${homepage}>.`,
  ];
  return [
    `## ${code(name)}`,
    `${sentence(description)} ${facts.filter(Boolean).join(" ")}`,
    table(
      ["protocol", "what it does", "source"],
      protocols
        .filter(isOwn)
        .map((protocol) => [code(protocol.name), sentence(protocol.description), withStop(protocol.source)]),
    ),
  ];
}

/** `docs/reference/datasets.md`: the sets that a fresh server offers, and their protocols. */
export const datasetsPage = (listings: readonly DatasetListing[]): string =>
  page("Datasets and protocols", [
    "The datasets of a fresh server, as `GET /v1/datasets` lists them. A benchmark's `protocol` names one of the dataset's protocols; the first one is the default. A dataset can also use the protocols of other datasets that fit its fields, by names such as `mmlu/cot`. [The guide](../guides/datasets.md) says how to upload your own.",
    ...listings.flatMap(chapter),
  ]);
