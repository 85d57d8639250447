import { expect, test } from "bun:test";
import { lastNumber } from "../../../../src/domain/answers/numbers/last-number.ts";

const ROWS: [string, string | null][] = [
  ["So the total is 42!", "42"],
  ["So the total is (42).", "42"],
  ["It is 18 (rounded from 17.6).", "18"],
  ["The share that remains is 20%", "20"],
  ["takes 17-18 days", null],
  ["between 17 and 18", null],
  ["She sold 3 + 5 = 8 cookies.", "8"],
  ["The population is 5 million.", "5000000"],
  ["Total: 1 234 567", "1234567"],
  ["x = -5", "-5"],
  ["He has 5-3 left", null],
  ["answer 3/4", "3/4"],
  ["costs $1,234.50 in total.", "2469/2"],
  ["16 - 3 - 4 = 9 eggs", "9"],
  ["He makes 9 * 2 = $18 every day.\n#### 18", "18"],
  ["no digits", null],
  ["He pays $18.00.", "18"],
  ["up to 5", null],
  ["5 or 6", null],
  ["3, 4 and 5", "5"],
  ["step 1: foo\nstep 2: bar", "2"],
  ["the answer is 72.", "72"],
  ["72°", "72"],
  ["It weighs 5kg", "5"],
  ["1.\n2.\n3. final", "3"],
  ["A: 10", "10"],
  ["It is not 6", null],
  ["90% of 50 is 45", "45"],
  ["so 5 x 3 = 15", "15"],
  ["Room B12", null],
  ["H2O", null],
  ["total=15.", "15"],
  ["3 1/2", "7/2"],
  ["一共有13只鸟", "13"],
  ["比例为3/4。", "3/4"],
  ["よって8.5倍となる", "17/2"],
  ["He saves **60** in 3 weeks.", "60"],
  ["**3** apples and 4 pears are 7", "7"],
  ["So **3** + **4** = 7", "7"],
  ["See **Step 2**: there are 9", "9"],
];
test.each(ROWS)("the last number of %j", (output, value) => {
  const reading = lastNumber(output);
  const found = reading && `${reading.value.numerator}/${reading.value.denominator}`;
  expect(found?.replace(/\/1$/, "") ?? null).toBe(value);
});
