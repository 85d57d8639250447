const SOLUTION_END = /(?:^|\n)\s*#{4}\s*([^\n]+?)\s*$/;

/** A reference as it is compared: GSM8K's own solutions end in `#### n`, and are read as n. */
export const referenceText = (reference: string): string => SOLUTION_END.exec(reference)?.[1] ?? reference;
