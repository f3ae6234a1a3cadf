// Takes letters to where those before them went, for moved.ts.

import * as Y from "yjs";
import {
  indexOf,
  isSame,
  isUnheard,
  type Letter,
  type Place,
  type Run,
  type Source,
} from "./moved_letters.ts";
import type { Journeys } from "./moved_memory.ts";
import { schema } from "./schema.ts";

/** Takes the letters of this tab to where the letters before them went. */
export function takeAlong(source: Source, journeys: Journeys): void {
  const gone = source.letters.filter(({ state, went }) => state === "lost" && went);
  for (const run of source.runs ?? runs(source)) {
    if (source.isDeleted || !journeys.areTooMany(run.letters)) put(run, source, journeys);
  }
  for (const { went } of gone) if (went) went.text.delete(indexOf(went), went.size);
}

/** A letter follows the one before it, and stays with one that stays; the first of a deleted text the one behind. */
function runs(source: Source): Run[] {
  const found: Run[] = [];
  let to: Place | null = null;
  let run: Run | null = null;
  const add = (letter: Letter, place: Place, side: Run["side"]) => {
    if (!run || !isSame(run.letters[0]?.marks ?? {}, letter.marks)) {
      run = { to: place, side, letters: [], goesOn: run };
      found.push(run);
    }
    run.letters.push(letter);
  };
  const next = source.isDeleted ? source.letters.find(({ went }) => went)?.went : null;
  for (const letter of source.letters) {
    const isToGo = letter.isMine && (letter.state === "stays" || isUnheard(letter, source));
    if (letter.went) [to, run] = [letter.went, null];
    else if (isToGo && to) add(letter, to, "behind");
    else if (isToGo && next) add(letter, next, "before");
    else if (letter.state === "stays") to = run = null;
  }
  return found;
}

/** Types a run again at its new place and takes it away from the old one. */
function put(run: Run, { text, isDeleted }: Source, journeys: Journeys): void {
  const { letters } = run;
  const to = run.goesOn?.letters.at(-1)?.went ?? run.to;
  const doc = to.text.doc as Y.Doc;
  const { clientID } = doc;
  let clock = Y.getState(doc.store, clientID);
  const index = indexOf(to) + (run.goesOn || run.side === "behind" ? to.size : 0);
  const words = letters.map(({ letter }) => letter).join("");
  to.text.insert(index, words, allowed(to.text, letters[0]?.marks ?? {}));
  while (!isWords(doc, clientID, clock)) clock++; // past the marks
  for (const letter of letters) {
    letter.went = { text: to.text, client: clientID, clock, size: letter.size };
    journeys.add(letter, letter.went);
    clock += letter.size;
    if (isDeleted) continue;
    text.delete(indexOf(letter), letter.size);
    // undoing what was typed finds it where it is now
    Y.getItem(doc.store, Y.createID(letter.client, letter.clock)).redone = Y.createID(
      clientID,
      letter.went.clock,
    );
  }
}

function isWords(doc: Y.Doc, client: number, clock: number): boolean {
  const item = Y.getItem(doc.store, Y.createID(client, clock));
  return item instanceof Y.Item && item.content instanceof Y.ContentString;
}

/** Marks that the element around a text takes: y-prosemirror would delete it with another. */
function allowed(text: Y.XmlText, marks: Record<string, unknown>): Record<string, unknown> {
  const around = text.parent instanceof Y.XmlElement ? schema.nodes[text.parent.nodeName] : null;
  return Object.fromEntries(
    Object.entries(marks).filter(([name, value]) => {
      const type = schema.marks[name];
      return value !== null && type && around?.allowsMarkType(type);
    }),
  );
}
