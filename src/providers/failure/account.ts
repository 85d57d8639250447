/** Whose call it was, for messages that name the variable to look at and never the key in it. */
export interface Account {
  name: string;
  title: string;
  key_variable: string;
  /** The key and whatever else must not be shown. */
  secrets: readonly string[];
}

const MESSAGE_MAX = 500;
/** Prefixed keys, bearer tokens, and the starred form in which OpenAI quotes a refused key. */
const KEY_LIKE =
  /\b(?:sk|pk|rk|key|ltb|hf|gsk|xai|csk|pplx)[-_](?=[\w*.-]*[\d*])[\w*.-]{5,}[\w*]|\bBearer\s+\S+|[\w-]*\*{3,}[\w-]*/gi;
/** A shorter one would strike out ordinary words; no vendor's key is so short. */
const KEY_MIN = 8;

/** The text without keys, in one line of at most 500 characters. */
export function publicText(text: string, { secrets }: Account): string {
  const long = secrets.filter(({ length }) => length >= KEY_MIN);
  const keyless = long.reduce((shown, secret) => shown.replaceAll(secret, "[key]"), text);
  return keyless.replace(KEY_LIKE, "[key]").replace(/\s+/g, " ").trim().slice(0, MESSAGE_MAX);
}

export const withoutFullStop = (text: string): string => text.replace(/\.$/, "");
