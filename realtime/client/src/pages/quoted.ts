import type { Node } from "prosemirror-model";

/** The first place in a text, within one block of it, where these words stand; null where they do not. */
export function rangeOf(doc: Node, quote: string): { from: number; to: number } | null {
  let found: { from: number; to: number } | null = null;
  doc.descendants((node, pos) => {
    if (found || !node.isTextblock) return !found;
    const at = node.textBetween(0, node.content.size, " ", " ").indexOf(quote);
    if (at >= 0) found = { from: pos + 1 + at, to: pos + 1 + at + quote.length };
    return false;
  });
  return found;
}
