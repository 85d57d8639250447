/** A p-value below this level counts as evidence. */
export const SIGNIFICANCE = 0.05;
