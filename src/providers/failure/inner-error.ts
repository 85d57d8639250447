const CAUSES_MAX = 5;

/** What the packages quote of an answer that they could not read is the whole of it. */
const withoutAnswer = (message: string): string =>
  message.replace(/(Text|Value): [\s\S]*(?=\.\nError message: )/, "$1: …");

/** The frames of a stack, without the message that stands before them. */
function framesOf({ stack = "", message }: Error): string {
  const at = stack.indexOf(message);
  return at < 0 ? "" : stack.slice(at + message.length);
}

/**
 * An error of a package or of the network as it may be kept and logged: its name, its words after `clean`, where it
 * arose and what was behind it. Nothing of the answer, which is the caller's and may hold the key, nor of the request.
 */
export function innerError(error: unknown, clean: (text: string) => string, causes = CAUSES_MAX): Error {
  if (!(error instanceof Error)) return new Error(clean(typeof error));
  const { name, message, cause } = error;
  const behind = cause === undefined || causes === 0 ? {} : { cause: innerError(cause, clean, causes - 1) };
  const inner = new Error(clean(withoutAnswer(message)), behind);
  inner.name = name;
  inner.stack = `${name}: ${inner.message}${framesOf(error)}`;
  return inner;
}
