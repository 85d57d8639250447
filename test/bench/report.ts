import { table } from "../../src/commands/terminal.ts";
import { percentile } from "../../src/statistics/quantile.ts";
import type { Comparison, Round } from "./comparison.ts";

/** What is compared, and which share of the bare server's rate is aimed at. */
export interface Row {
  name: string;
  target: number;
  comparison: Comparison;
}

const of = (values: number[], percent: number): number =>
  percentile(Float64Array.from(values).sort(), percent) ?? Number.NaN;
const median = (values: number[]): number => of(values, 50);
const rates = (rounds: readonly Round[]): number[] => rounds.map((round) => round.per_second);
const whole = (value: number): string => Math.round(value).toLocaleString("en-US");

/** Share of one core, or a dash where the system does not tell. */
function cpu(rounds: readonly Round[]): string {
  const shares = rounds.flatMap(({ cpu_share }) => (cpu_share === null ? [] : [cpu_share]));
  return shares.length === 0 ? "–" : `${Math.round(median(shares) * 100)} %`;
}

function line({ name, target, comparison: { ours, bare } }: Row): string[] {
  const ratios = rates(ours).map((rate, round) => rate / (bare[round]?.per_second ?? Number.NaN));
  const ratio = median(rates(ours)) / median(rates(bare));
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const verdict = ratio >= target ? "met" : "missed";
  return [
    name,
    ratio.toFixed(2),
    spread,
    `${target} ${verdict}`,
    whole(median(rates(ours))),
    cpu(ours),
    whole(median(rates(bare))),
    cpu(bare),
  ];
}

/** A line a scenario: the ratio of the medians, the rounds' lowest and highest ratio, both sides' rates and CPU. */
export function report(rows: readonly Row[]): string {
  const right = (title: string) => ({ title, align: "right" }) as const;
  const columns = [
    { title: "against bare Bun" },
    right("ratio"),
    right("spread"),
    right("target"),
    right("ours/s"),
    right("CPU"),
    right("bare/s"),
    right("CPU"),
  ];
  return table(columns, rows.map(line));
}
