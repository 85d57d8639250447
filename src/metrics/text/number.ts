/** Sign and currency, digits (grouped by commas or not), fraction, exponent, percent or currency, a full stop. */
const NUMBER =
  /^(?:\p{Sc}\s?)?([-+−]?)(?:\p{Sc}\s?)?(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?(?:e([-+]?\d{1,9}))?\s?[%\p{Sc}]?\.?$/iu;

/**
 * The number a text consists of, in one exact spelling: "1,000", "$1000.0" and "1e3" all give "1e3". Null where it is
 * anything but a number. Decimal, so that long integers are told apart to the last digit.
 * Currency and percent signs are read over, as the answer checks of GSM8K and of MATH do: "50%" is "50", not "0.5".
 */
export function canonicalNumber(text: string): string | null {
  const found = NUMBER.exec(text.trim());
  if (!found) return null;
  const [, sign, integer = "", fraction = "", exponent = "0"] = found;
  if (integer === "" && fraction === "") return null;
  const digits = `${integer.replaceAll(",", "")}${fraction}`.replace(/^0+/, "");
  if (digits === "") return "0";
  const significant = withoutTrailingZeros(digits);
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === "-" || sign === "−" ? "-" : ""}${significant}e${power}`;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}
