// Where the letters went that a change took away, for moved.ts: whether it moved them, and what of this tab is among them.

import * as Y from "yjs";
import type { Binding } from "./caret.ts";
import { forgetUnlikely } from "./moved_copies.ts";
import {
  isIn,
  isMade,
  isNew,
  isSame,
  isUnheard,
  type Letter,
  lettersOf,
  type Place,
  type Run,
  type Source,
  type Stretch,
  stretches,
} from "./moved_letters.ts";
import type { Lost } from "./moved_memory.ts";
import { pair } from "./pairing.ts";

export type Caret = Binding["beforeTransactionSelection"];

const ENOUGH = 8;
const MOSTLY = 0.6;

/** The texts from which a change moved letters, where something of this tab is among them. */
export function moved(change: Y.Transaction, lost: Lost, caret: Caret): Source[] {
  const texts = new Set<Y.XmlText>();
  Y.iterateDeletedStructs(change, change.deleteSet, (item) => {
    if (!(item instanceof Y.Item) || !(item.content instanceof Y.ContentString)) return;
    if (item.parent instanceof Y.XmlText && !isNew(change, item)) texts.add(item.parent);
  });
  if (!texts.size) return [];
  const given = stretches(change);
  if (!given.length) return [];
  const behind = given.flatMap((stretch) => pushedBehind(stretch, change, lost) ?? []);
  const sources = [...texts]
    .map((text) => ({
      text,
      isDeleted: Boolean(text._item?.deleted),
      letters: lettersOf(text, change, lost),
      heard: -1,
    }))
    .filter((source) => behind.length > 0 || concerns(source, caret))
    .filter((source) => isMoved(source, given, change, lost));
  const went = new Set(
    sources.flatMap(({ isDeleted, letters }) => (isDeleted ? letters.map((one) => one.went) : [])),
  );
  return [...sources, ...behind.filter(({ runs }) => runs?.some(({ to }) => went.has(to)))];
}

/**
 * Two paragraphs were made one while somebody went on writing the first: the words of the second may have come before
 * theirs. Whoever put them there had not heard of what is behind, or would have put them behind it.
 */
function pushedBehind(stretch: Stretch, change: Y.Transaction, lost: Lost): Source | null {
  const [first, last] = [stretch[0] as Place, stretch.at(-1) as Place];
  const { text } = first;
  const { doc } = text;
  if (!doc || !text._item || isNew(change, text._item)) return null;
  const start = Y.getItem(doc.store, Y.createID(first.client, first.clock)) as Y.Item;
  const places: Y.ID[] = [];
  let item = Y.getItem(doc.store, Y.createID(last.client, last.clock)) as Y.Item | null;
  for (item = item?.right ?? null; item; item = item.right) {
    if (item.deleted || item.content instanceof Y.ContentFormat) continue;
    if (item.id.client !== doc.clientID || isNew(change, item)) break;
    for (let n = 0; n < item.length; n++)
      places.push(Y.createID(item.id.client, item.id.clock + n));
  }
  const isKnown = places[0] && Y.compareIDs(start.rightOrigin, places[0]);
  if (!places.length || isKnown) return null;
  const letters = lettersOf(text, change, lost).filter(
    ({ state, client, clock }) =>
      state === "stays" && places.some((id) => id.client === client && id.clock === clock),
  );
  const runs: Run[] = [];
  for (const letter of letters) {
    const run = runs.at(-1);
    if (run && isSame(run.letters[0]?.marks ?? {}, letter.marks)) run.letters.push(letter);
    else runs.push({ to: first, side: "before", letters: [letter], goesOn: run ?? null });
  }
  return { text, isDeleted: false, letters, heard: -1, runs };
}

function concerns({ text, letters }: Source, caret: Caret): boolean {
  const { anchor, head } = caret ?? {};
  const isHere = (end: Y.RelativePosition | null | undefined) =>
    end?.item
      ? letters.some((letter) => isIn(letter, end.item as Y.ID))
      : Boolean(end?.type && text._item && Y.compareIDs(end.type, text._item.id));
  return (
    letters.some(({ isMine, state }) => isMine || state === "lost") ||
    isHere(anchor) ||
    isHere(head)
  );
}

/** Finds where the letters of a text went; whether they were moved, and not taken away. */
function isMoved(source: Source, given: Stretch[], change: Y.Transaction, lost: Lost): boolean {
  const { text, letters } = source;
  const elsewhere = given.filter((stretch) => stretch[0]?.text !== text);
  const sought = letters.filter(({ state }) => state !== "stays");
  const mine = sought.filter(({ isMine }) => isMine).sort((one, other) => one.clock - other.clock);
  const rank = new Map(mine.map((letter, n) => [letter, n / mine.length]));
  const found = pair(
    sought.map(({ letter, state, isMine }, n) => ({
      letter,
      weight: weightOf(state, isMine, rank.get(sought[n] as Letter) ?? 0),
      isOptional: state === "lost" || (isMine && source.isDeleted),
    })),
    elsewhere.map((stretch) => stretch.map(({ letter }) => letter)),
  );
  sought.forEach((letter, n) => {
    const [stretch, at] = found[n] ?? [-1, -1];
    letter.went = elsewhere[stretch]?.[at] ?? null;
  });
  const gone = sought.filter(({ state }) => state === "gone");
  const went = gone.filter((letter) => letter.went);
  for (const { isMine, clock } of went) if (isMine) source.heard = Math.max(source.heard, clock);
  const missing = gone.filter((letter) => !letter.went && !isUnheard(letter, source));
  const used = new Set(found.map((one) => one?.[0]));
  // what was typed on in a new text may come in the same change
  const isWhole = elsewhere.every(
    (stretch, n) =>
      !used.has(n) ||
      isMade((stretch[0] as Place).text, change) ||
      found.filter((one) => one?.[0] === n).length === stretch.length,
  );
  const isAll = missing.every(({ isMine }) => isMine);
  forgetUnlikely(source, change, lost, isAll);
  return (
    went.length > 0 &&
    went.length >= MOSTLY * (went.length + missing.length) &&
    (isWhole || went.length >= ENOUGH)
  );
}

/** Of the letters of this tab the earlier were heard of first. */
const weightOf = (state: Letter["state"], isMine: boolean, rank: number) =>
  state === "lost" ? 1000 : isMine ? Math.round(2000 - 900 * rank) : 3000;
