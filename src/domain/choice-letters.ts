/** Returns the letter of a choice: A for index 0. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index);
/** Returns the index of a choice's letter, in any case: 0 for A. */
export const indexOfLetter = (letter: string): number => letter.toUpperCase().charCodeAt(0) - 65;
