const CAUSES_MAX = 5;

/** Removes the answer that the packages quote in full if they cannot read it. */
const withoutAnswer = (message: string): string =>
  message.replace(/(Text|Value): [\s\S]*(?=\.\nError message: )/, "$1: …");

/** Returns the frames of a stack, without the message before them. */
function framesOf({ stack = "", message }: Error): string {
  const at = stack.indexOf(message);
  return at < 0 ? "" : stack.slice(at + message.length);
}

/**
 * Returns an error of a package or of the network in a form that may be stored and logged: its name, its message
 * after `clean`, its stack and its causes. It contains nothing of the request, nor of the answer, which is the
 * caller's and may contain the key.
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
