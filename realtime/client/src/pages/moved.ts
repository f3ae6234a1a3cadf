// What one person moves goes with what another writes in it.
//
// y-prosemirror knows no moving: Enter in the middle of a paragraph deletes the words behind the caret and types a copy of
// them into a new one; joining, lists and other kinds of block do the same with whole texts. What somebody else had typed
// among these words and had not arrived stays behind, or is deleted with the old element. So each tab looks after what
// was typed in it: where a change of another takes letters away and brings the same ones elsewhere, the letters of this
// tab between them are taken there too, and its caret. Nobody touches the letters of others, so nothing is done twice.

import { Plugin } from "prosemirror-state";
import { ySyncPluginKey } from "y-prosemirror";
import * as Y from "yjs";
import type { Binding } from "./caret.ts";
import { takeAlong } from "./moved_along.ts";
import { type Caret, moved } from "./moved_found.ts";
import { indexOf, isIn, type Place, type Source } from "./moved_letters.ts";
import { Journeys, Lost } from "./moved_memory.ts";

/** The origin of what is taken along: `yUndoPlugin` does not follow it, so that undoing goes on with what was typed. */
export const ALONG = Symbol("taken along");

/** Takes along what this tab typed in words that others move. It stands after `steadyCaret`. */
export function followMoves(): Plugin {
  return new Plugin({
    view(view) {
      const binding = ySyncPluginKey.getState(view.state).binding as Binding;
      const { doc } = binding;
      const lost = new Lost();
      const journeys = new Journeys();
      let sources: Source[] = [];
      let kept: Caret = null;
      // before the text is drawn anew, so that the caret is not somewhere else meanwhile
      const find = (change: Y.Transaction) => {
        if (change.local || !view.editable) return;
        lost.listen(change);
        kept = binding.beforeTransactionSelection;
        sources = moved(change, lost, kept);
        moveCaret(binding, kept, sources);
      };
      // and after: only then Yjs counts letters rightly again
      const follow = (change: Y.Transaction) => {
        if (change.local) lost.add(change);
        if (change.local || !sources.length) return;
        doc.transact(() => {
          for (const source of sources) takeAlong(source, journeys);
        }, ALONG);
        moveCaret(binding, kept, sources);
        sources = [];
      };
      const [finding, following] = [spared(find), spared(follow)];
      doc.on("beforeObserverCalls", finding);
      doc.on("afterTransaction", following);
      return {
        destroy() {
          doc.off("beforeObserverCalls", finding);
          doc.off("afterTransaction", following);
        },
      };
    },
  });
}

/** A mistake in here leaves letters where they are: it does not stop what the others write from arriving. */
function spared(look: (change: Y.Transaction) => void): (change: Y.Transaction) => void {
  return (change) => {
    try {
      look(change);
    } catch (mistake) {
      queueMicrotask(() => {
        throw mistake; // told to whoever looks, once the change is in
      });
    }
  };
}

/** Both ends of the selection go where the letters beside them went. */
function moveCaret(binding: Binding, caret: Caret, sources: Source[]): void {
  if (caret?.type !== "text" || !sources.length) return;
  const { type, anchor, head } = caret;
  const end = (kept: typeof anchor) =>
    sources.reduce<typeof anchor>((found, source) => movedEnd(kept, source) ?? found, kept);
  binding.beforeTransactionSelection = { type, anchor: end(anchor), head: end(head) };
}

function movedEnd(end: Y.RelativePosition | null, source: Source): Y.RelativePosition | null {
  const { letters, isDeleted, text } = source;
  if (!end) return null;
  const id = end.item;
  const here = id ? letters.findIndex((letter) => isIn(letter, id)) : -1;
  const isFirst = !id && isDeleted && text._item && Y.compareIDs(end.type, text._item.id);
  if (here < 0 && !isFirst) return null;
  const beside = letters.slice(0, here + 1).reverse();
  const stays = beside.findIndex(({ state, went }) => state === "stays" && !went);
  const place = beside.slice(0, stays < 0 ? beside.length : stays).find(({ went }) => went)?.went;
  const isBefore = end.assoc >= 0 && place === letters[here]?.went;
  if (place) return at(place, isBefore ? 0 : place.size, end.assoc);
  if (stays >= 0 || !isDeleted) return null;
  const next = letters.find(({ went }) => went)?.went;
  return next ? at(next, 0, end.assoc) : null;
}

const at = (place: Place, behind: number, assoc: number) =>
  Y.createRelativePositionFromTypeIndex(place.text, indexOf(place) + behind, assoc);
