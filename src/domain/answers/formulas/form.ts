/** What a formula states, as far as it can be compared part by part. */
export type Form =
  /** A single value, such as `3\sqrt{5}`. */
  | { kind: "value"; text: string }
  /** A point, an interval or a list in brackets: its brackets and its order count. */
  | { kind: "tuple"; brackets: string; parts: Form[] }
  /** Values of which order and repetition do not count: a set in braces, `1 or 2`, `\pm 3`. */
  | { kind: "set"; parts: Form[] }
  /** A union of intervals or sets, in any order. */
  | { kind: "union"; parts: Form[] }
  /** Values side by side in no brackets, in their order. */
  | { kind: "list"; parts: Form[] }
  | { kind: "matrix"; rows: string[][] }
  /** A value under its name: `x = 5`, `f(x) = 2x`, `x \in (1, 2)`. */
  | { kind: "named"; name: string; form: Form }
  /** An equation or an inequality between two sides: `=`, `\ne`, `<` or `\le`. */
  | { kind: "relation"; sign: string; left: string; right: string };

export type FormOf<Kind extends Form["kind"]> = Extract<Form, { kind: Kind }>;

export const isOf = <Kind extends Form["kind"]>(form: Form, kind: Kind): form is FormOf<Kind> =>
  form.kind === kind;

/** Whether every part is of a kind. */
export const areOf = <Kind extends Form["kind"]>(
  forms: readonly Form[],
  kind: Kind,
): forms is FormOf<Kind>[] => forms.every((form) => form.kind === kind);
