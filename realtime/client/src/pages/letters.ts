import { type EditorState, Plugin, type Transaction } from "prosemirror-state";
import { ySyncPluginKey } from "y-prosemirror";

// Controls and halves of surrogate pairs: no text has them, and the server refuses an update that brings one.
const UNSPEAKABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Words without what no text has. */
export function spoken(words: string): string {
  return words.replace(/\r\n?/g, "\n").replace(UNSPEAKABLE, "");
}

/** Takes out of what was just written here what no text has. */
export function speakable(): Plugin {
  return new Plugin({
    appendTransaction(transactions, before, state) {
      const isOurs = transactions.some((tr) => tr.docChanged && !tr.getMeta(ySyncPluginKey));
      return isOurs ? cleaned(before, state) : null;
    },
  });
}

function cleaned(before: EditorState, state: EditorState): Transaction | null {
  const from = before.doc.content.findDiffStart(state.doc.content);
  if (from === null) return null;
  const to = before.doc.content.findDiffEnd(state.doc.content)?.b ?? state.doc.content.size;
  const { tr } = state;
  const size = state.doc.content.size;
  const near = [
    Math.max(0, Math.min(from, to) - 2),
    Math.min(size, Math.max(from, to) + 2),
  ] as const;
  state.doc.nodesBetween(...near, (node, at) => {
    for (const { index, 0: wrong } of (node.text ?? "").matchAll(UNSPEAKABLE)) {
      const place = at + index;
      tr.delete(tr.mapping.map(place), tr.mapping.map(place + wrong.length));
    }
  });
  return tr.docChanged ? tr : null;
}
