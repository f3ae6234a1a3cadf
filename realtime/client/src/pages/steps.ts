// What one undoing takes back.
//
// Yjs puts whatever was done within half a second into one step, wherever that was. Somebody who writes fast would take
// back ten words in ten places, and the paragraphs they made meanwhile, with one key; and where others write in these,
// doing it again brings their letters back as copies. So a step ends where the caret is put somewhere else, and
// whatever is more than letters is a step by itself.

import { Plugin, PluginKey, type Transaction } from "prosemirror-state";
import { ReplaceStep } from "prosemirror-transform";
import { ySyncPluginKey, yUndoPluginKey } from "y-prosemirror";

interface Steps {
  /** How many steps have begun. */
  number: number;
  /** Whether what is typed now goes on with the last one. */
  goesOn: boolean;
}

const key = new PluginKey<Steps>("steps");

/** Begins a step of undoing where one ends. It stands before whatever tells Yjs of a change. */
export function undoSteps(): Plugin {
  return new Plugin<Steps>({
    key,
    state: {
      init: () => ({ number: 0, goesOn: false }),
      apply(change, { number, goesOn }, before) {
        if (change.getMeta(ySyncPluginKey)) return { number, goesOn };
        if (!change.docChanged) {
          return { number, goesOn: goesOn && change.selection.eq(before.selection) };
        }
        const isLetters = isOfLetters(change);
        return { number: goesOn && isLetters ? number : number + 1, goesOn: isLetters };
      },
    },
    view: () => ({
      update({ state }, before) {
        if (key.getState(state)?.number === key.getState(before)?.number) return;
        yUndoPluginKey.getState(state)?.undoManager.stopCapturing();
      },
    }),
  });
}

/** Whether a change is of letters in one block, and of nothing around them. */
function isOfLetters({ steps, docs }: Transaction): boolean {
  return steps.every((step, n) => {
    if (!(step instanceof ReplaceStep) || step.slice.openStart || step.slice.openEnd) return false;
    const from = docs[n]?.resolve(step.from);
    const isInBlock = from?.parent.isTextblock && step.to <= from.end();
    return isInBlock && step.slice.content.content.every((node) => node.isText);
  });
}
