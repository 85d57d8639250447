/** Below this a p-value counts as evidence. */
export const SIGNIFICANCE = 0.05;
