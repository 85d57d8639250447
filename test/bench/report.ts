import { table } from "../../src/commands/terminal.ts";
import { percentile } from "../../src/statistics/quantile.ts";
import type { Comparison, Round } from "./load/comparison.ts";

/** What is compared, and which share of the bare server's rate is aimed at. */
export interface Row {
  name: string;
  target: number;
  comparison: Comparison;
}

const NONE = "–";

function median(values: number[]): number {
  return percentile(Float64Array.from(values).sort(), 50) ?? Number.NaN;
}

const rateOf = (rounds: readonly Round[]): number => median(rounds.map(({ per_second }) => per_second));
/** Of the medians of the rounds. */
export const ratioOf = ({ ours, bare }: Comparison): number => rateOf(ours) / rateOf(bare);

const whole = (value: number): string => Math.round(value).toLocaleString("en-US");

/** The rounds' shares of a core; null where the system does not tell. */
function sharesOf(rounds: readonly Round[]): number[] | null {
  const shares = rounds.flatMap(({ cpu_share }) => (cpu_share === null ? [] : [cpu_share]));
  return shares.length === rounds.length ? shares : null;
}

/** Requests for a second of the server's own CPU time: on a busy machine it says more than those for a second. */
function rateByCpu(rounds: readonly Round[]): number | null {
  const shares = sharesOf(rounds);
  return shares && median(rounds.map(({ per_second }, round) => per_second / (shares[round] ?? Number.NaN)));
}

function ratioByCpu({ ours, bare }: Comparison): string {
  const [our_rate, bare_rate] = [rateByCpu(ours), rateByCpu(bare)];
  return our_rate === null || bare_rate === null ? NONE : (our_rate / bare_rate).toFixed(2);
}

function cpu(rounds: readonly Round[]): string {
  const shares = sharesOf(rounds);
  return shares ? `${Math.round(median(shares) * 100)} %` : NONE;
}

/** The lowest and highest ratio of a round. */
function spread({ ours, bare }: Comparison): string {
  const ratios = ours.map(({ per_second }, round) => per_second / (bare[round]?.per_second ?? Number.NaN));
  return `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
}

function line({ name, target, comparison }: Row): string[] {
  const { ours, bare } = comparison;
  const ratio = ratioOf(comparison);
  const verdict = ratio >= target ? "met" : "missed";
  const sides = [ours, bare].flatMap((rounds) => [whole(rateOf(rounds)), cpu(rounds)]);
  return [
    name,
    ratio.toFixed(2),
    spread(comparison),
    ratioByCpu(comparison),
    `${target} ${verdict}`,
    ...sides,
  ];
}

const TITLES = ["ratio", "spread", "by CPU", "target", "ours/s", "CPU", "bare/s", "CPU"];

/** A line a scenario: the ratio of the medians, its spread over the rounds, and both sides' medians. */
export function report(rows: readonly Row[]): string {
  const figures = TITLES.map((title) => ({ title, align: "right" }) as const);
  return table([{ title: "against bare Bun" }, ...figures], rows.map(line));
}
