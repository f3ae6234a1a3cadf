// The letters of a text before a change and after it, for moved.ts: which stay, which go, what is new.
import * as Y from "yjs";
import type { Lost } from "./moved_memory.ts";

/** A letter that stands somewhere; one of two halves has two clocks. */
export interface Place {
  text: Y.XmlText;
  client: number;
  clock: number;
  size: number;
}

/** New letters that stand side by side. */
export type Stretch = (Place & { letter: string })[];

export interface Letter extends Place {
  letter: string;
  /** `gone` by this change; `lost` were taken away in this tab before, and may be in a copy made by who had not heard. */
  state: "stays" | "gone" | "lost";
  isMine: boolean;
  marks: Record<string, unknown>;
  /** It was taken away and brought back: whoever had not heard of it knows the one it stands for. */
  isAgain: boolean;
  /** Where it is now. */
  went: Place | null;
}

/** A text of which letters were taken. */
export interface Source {
  text: Y.XmlText;
  isDeleted: boolean;
  letters: Letter[];
  /** The clock of this tab up to which whoever moved the letters had heard of it, where the whole text went. */
  heard: number;
  /** What goes, where that is known. */
  runs?: Run[];
}

/** Letters that go together, behind or before one that went. */
export interface Run {
  to: Place;
  side: "behind" | "before";
  letters: Letter[];
  /** The run it goes on, with other marks. */
  goesOn: Run | null;
}

export const before = (change: Y.Transaction, client: number) =>
  change.beforeState.get(client) ?? 0;
export const isNew = (change: Y.Transaction, { id }: Y.Item) =>
  id.clock >= before(change, id.client);
/** Whether a change brought a text as a whole, as a split does, and not letters in one that was there. */
export const isMade = ({ _item }: Y.XmlText, change: Y.Transaction) =>
  Boolean(_item && isNew(change, _item));
export const isIn = (place: Place, { client, clock }: Y.ID) =>
  place.client === client && clock >= place.clock && clock < place.clock + place.size;

/** The letters of a text as they stood before a change, with those taken away here a moment earlier. */
export function lettersOf(text: Y.XmlText, change: Y.Transaction, lost: Lost): Letter[] {
  const found: Letter[] = [];
  const again = redone(text);
  let marks: Record<string, unknown> = {};
  for (let item = text._start; item; item = item.right) {
    if (isNew(change, item)) continue;
    const { client } = item.id;
    const isGone = Y.isDeleted(change.deleteSet, item.id);
    const add = (letter: string, clock: number, state: Letter["state"]) =>
      found.push({
        ...{ text, client, clock, size: letter.length, letter, state, marks },
        ...{ isMine: client === text.doc?.clientID, went: null },
        isAgain: again.has(`${client}:${clock}`),
      });
    if (item.deleted && !isGone) {
      for (let { clock } = item.id; clock < item.id.clock + item.length; clock++) {
        const letter = lost.get(client, clock);
        if (letter) add(letter, clock, "lost");
      }
    } else if (item.content instanceof Y.ContentFormat) {
      marks = { ...marks, [item.content.key]: item.content.value };
    } else if (item.content instanceof Y.ContentString) {
      let { clock } = item.id;
      for (const letter of item.content.str) {
        add(letter, clock, isGone ? "gone" : "stays");
        clock += letter.length;
      }
    }
  }
  return found;
}

/** The letters that undoing or doing again brought back in this tab, by client and clock. */
function redone(text: Y.XmlText): Set<string> {
  const found = new Set<string>();
  for (let item = text._start; item; item = item.right) {
    if (!item.redone) continue;
    const { client, clock } = item.redone;
    for (let n = 0; n < item.length; n++) found.add(`${client}:${clock + n}`);
  }
  return found;
}

/** What a change brought, as letters that stand side by side. */
export function stretches(change: Y.Transaction): Stretch[] {
  const found: Stretch[] = [];
  const texts = new Set<Y.XmlText>();
  for (const { deleted, content, parent } of brought(change)) {
    if (!deleted && content instanceof Y.ContentString && parent instanceof Y.XmlText) {
      texts.add(parent);
    }
  }
  for (const text of texts) {
    let stretch: Stretch = [];
    for (let item = text._start; item; item = item.right) {
      if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
      if (isNew(change, item)) {
        let { client, clock } = item.id;
        for (const letter of item.content.str) {
          stretch.push({ text, client, clock, size: letter.length, letter });
          clock += letter.length;
        }
      } else if (stretch.length) {
        found.push(stretch);
        stretch = [];
      }
    }
    if (stretch.length) found.push(stretch);
  }
  return found;
}

/** What a change brought, item by item. */
export function* brought(change: Y.Transaction): Generator<Y.Item> {
  for (const [client, clock] of change.afterState) {
    const known = before(change, client);
    if (clock <= known) continue;
    const structs = change.doc.store.clients.get(client) ?? [];
    for (let n = Y.findIndexSS(structs, known); n < structs.length; n++) {
      if (structs[n] instanceof Y.Item) yield structs[n] as Y.Item;
    }
  }
}

/** How many letters stand before this one. */
export function indexOf({ text, client, clock }: Place): number {
  let index = 0;
  for (let item = text._start; item; item = item.right) {
    const isHere =
      item.id.client === client && clock >= item.id.clock && clock < item.id.clock + item.length;
    if (isHere) return index + (item.deleted ? 0 : clock - item.id.clock);
    if (!item.deleted && item.countable) index += item.length;
  }
  return index;
}

/** Whoever deleted the element around it had not heard of it: of what this tab typed the earlier arrives first. */
export function isUnheard(
  { isMine, state, went, clock }: Letter,
  { isDeleted, heard }: Source,
): boolean {
  return isMine && isDeleted && state === "gone" && !went && clock > heard;
}

export function isSame(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const told = (marks: Record<string, unknown>) =>
    JSON.stringify(
      Object.entries(marks)
        .filter(([, value]) => value !== null)
        .sort(),
    );
  return told(one) === told(other);
}
