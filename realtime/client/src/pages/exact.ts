// Says exactly which letters were typed or taken away.
//
// y-prosemirror compares a text before and after. Where a letter is typed before one like it, or a run of equal letters
// gets shorter, the comparison cannot know which of them is new or gone, and takes the last. Nobody sees it, until
// somebody else writes, splits or deletes between these letters at the same moment: then the wrong one moves or goes.
// The caret knows: what was typed ends there, what was taken away was there. So the letters are changed here, at the
// caret, and y-prosemirror is left the marks to compare.

import type { Node } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { updateYFragment, ySyncPluginKey } from "y-prosemirror";
import * as Y from "yjs";
import type { Binding } from "./caret.ts";
import { wordsOf } from "./provider.ts";

type Marking = Parameters<typeof updateYFragment>[3];

interface Syncing {
  binding: Binding & Marking & { mux: (act: () => void) => void };
  isChangeOrigin: boolean;
  addToHistory: boolean;
}

/** Letters that stand together, as one text of Yjs holds them: between two things that are no letters. */
interface Run {
  words: string;
  begins: number; // in its block
}

/** Letters are changed where the caret is. It stands before `ySyncPlugin`. */
export function exactLetters(): Plugin {
  return new Plugin({
    view: () => ({
      update(view, before) {
        if (before.doc === view.state.doc) return;
        const syncing = ySyncPluginKey.getState(view.state) as Syncing;
        if (syncing.isChangeOrigin || !syncing.addToHistory) return;
        change(syncing.binding, view, before.doc);
      },
    }),
  });
}

function change(binding: Syncing["binding"], view: EditorView, before: Node): void {
  const { doc, selection } = view.state;
  const path = changedBlock(before, doc);
  if (!path || selection.$head.depth !== path.length) return;
  if (path.some((index, depth) => selection.$head.index(depth) !== index)) return;
  const place = changedRun(blockAt(before, path), selection.$head.parent);
  if (!place) return;
  const way = wayTo(binding.type, path);
  const text = way?.at(-1)?.get(place.index);
  if (!way || !(text instanceof Y.XmlText) || wordsOf(text) !== place.before.words) return;
  const caret = selection.$head.parentOffset - place.after.begins;
  const found = changedLetters(place.before.words, place.after.words, caret);
  if (!found) return;
  binding.mux(() => {
    binding.doc.transact(() => {
      text.delete(found.index, found.gone);
      text.insert(found.index, found.typed);
      // it remembers which node stands for what, down to the block, and compares the marks of that alone
      const nodes = path.map((_, depth) => selection.$head.node(depth + 1));
      for (const [depth, element] of way.entries()) {
        binding.mapping.set(element, nodes[depth] as Node);
      }
      updateYFragment(binding.doc, way.at(-1) as Y.XmlElement, selection.$head.parent, binding);
    }, ySyncPluginKey);
  });
}

/** What stands behind the caret stood there before, or it is not known what changed. */
function changedLetters(
  before: string,
  after: string,
  caret: number,
): { index: number; gone: number; typed: string } | null {
  if (caret < 0 || caret > after.length || !before.endsWith(after.slice(caret))) return null;
  const end = before.length - (after.length - caret);
  if (end < 0) return null;
  let index = 0;
  while (index < Math.min(end, caret) && before[index] === after[index]) index++;
  if (/[\uD800-\uDBFF]/.test(after[index - 1] ?? "")) index--;
  return { index, gone: end - index, typed: after.slice(index, caret) };
}

/** The way to the one block of words that is another one now, by numbers of children; null where more is. */
function changedBlock(before: Node, after: Node): number[] | null {
  const path: number[] = [];
  let [was, is] = [before, after];
  while (!is.isTextblock) {
    if (was.childCount !== is.childCount) return null;
    const changed = is.children.flatMap((child, n) => (child === was.child(n) ? [] : [n]));
    const [only] = changed;
    if (only === undefined || changed.length > 1) return null;
    [was, is] = [was.child(only), is.child(only)];
    if (!was.sameMarkup(is)) return null;
    path.push(only);
  }
  return path;
}

const blockAt = (doc: Node, path: number[]) => path.reduce((node, index) => node.child(index), doc);

/** The one run of letters that is another one now, with its number among the children of the block in Yjs. */
function changedRun(before: Node, after: Node): { index: number; before: Run; after: Run } | null {
  const [was, is] = [partsOf(before), partsOf(after)];
  if (was.length !== is.length) return null;
  const changed = is.flatMap((part, index) => (isSame(was[index], part) ? [] : [index]));
  const [index] = changed;
  if (index === undefined || changed.length > 1) return null;
  const [old, now] = [was[index], is[index]];
  return isRun(old) && isRun(now) ? { index, before: old, after: now } : null;
}

/** The children of a block as Yjs has them. */
function partsOf(block: Node): (Run | Node)[] {
  const parts: (Run | Node)[] = [];
  block.forEach((child, begins) => {
    const last = parts.at(-1);
    if (!child.isText) parts.push(child);
    else if (isRun(last)) last.words += child.text;
    else parts.push({ words: child.text ?? "", begins });
  });
  return parts;
}

const isRun = (part: Run | Node | undefined): part is Run => part !== undefined && "words" in part;

const isSame = (was: Run | Node | undefined, is: Run | Node) =>
  isRun(was) && isRun(is) ? was.words === is.words : was === is;

/** The elements of Yjs that stand for the nodes of a way, the block last; null where they are others. */
function wayTo(root: Y.XmlFragment, path: number[]): Y.XmlElement[] | null {
  const way: Y.XmlElement[] = [];
  for (const index of path) {
    const next: unknown = (way.at(-1) ?? root).get(index);
    if (!(next instanceof Y.XmlElement)) return null;
    way.push(next);
  }
  return way;
}
