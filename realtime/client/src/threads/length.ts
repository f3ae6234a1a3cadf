/** How many characters the server counts in these words: composed, and without the blank end. */
export function lengthOf(words: string): number {
  return [...words.normalize("NFC").trimEnd()].length;
}

/** How many characters a field takes. */
export function mostOf(field: HTMLTextAreaElement): number {
  return Number(field.dataset.lengthMostValue ?? Number.POSITIVE_INFINITY);
}
