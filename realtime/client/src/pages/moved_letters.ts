// The letters of a text before a change and after it, for moved.ts: which stay, which go, what is new.
import * as Y from "yjs";

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

/** A letter that was taken away in this tab: when, how far this tab was then, and whether it stands elsewhere since. */
interface Taken {
  letter: string;
  at: number;
  /** Which of all that this tab took away. */
  number: number;
  clock: number;
  isElsewhere: boolean;
}

const LONG_AGO = 5_000;
const REMEMBERED = 5_000;

/** The letters that were taken away in this tab a moment ago, and how far the others have heard of this tab. */
export class Lost {
  private readonly letters = new Map<string, Taken>();
  private readonly heard = new Map<number, number>();
  private number = 0;

  add(change: Y.Transaction): void {
    const clock = before(change, change.doc.clientID);
    const told = { at: Date.now(), clock, number: this.number++ };
    const elsewhere = this.movedBy(change);
    Y.iterateDeletedStructs(change, change.deleteSet, (item) => {
      if (!(item instanceof Y.Item) || !(item.content instanceof Y.ContentString)) return;
      let { client, clock } = item.id;
      const isElsewhere = elsewhere.has(item.parent);
      for (const letter of item.content.str) {
        this.letters.set(`${client}:${clock}`, { letter, isElsewhere, ...told });
        clock += letter.length;
      }
    });
    for (const [key, one] of this.letters) {
      if (one.at > told.at - LONG_AGO && this.letters.size <= REMEMBERED) break;
      this.letters.delete(key);
    }
  }

  /** The texts whose letters this tab put somewhere else, as they were. */
  private movedBy(change: Y.Transaction): Set<unknown> {
    const found = new Set<unknown>();
    if (!change.deleteSet.clients.size) return found;
    const given = stretches(change).map((stretch) => ({
      text: stretch[0]?.text,
      words: stretch.map(({ letter }) => letter).join(""),
    }));
    if (!given.length) return found;
    Y.iterateDeletedStructs(change, change.deleteSet, (item) => {
      const parent = item instanceof Y.Item ? item.parent : null;
      if (!(parent instanceof Y.XmlText) || found.has(parent)) return;
      const gone = lettersOf(parent, change, this).filter(({ state }) => state === "gone");
      const words = gone.map(({ letter }) => letter).join("");
      if (given.some(({ text, words: all }) => text !== parent && all.includes(words))) {
        found.add(parent);
      }
    });
    return found;
  }

  /** Whether this tab put a letter somewhere else when it took it away. */
  isElsewhere(letter: Place): boolean {
    return this.taken(letter)?.isElsewhere ?? false;
  }

  /**
   * Whether who knew one letter of this tab would have known this other one too: it was typed earlier, and taken away
   * after the one, at a time when that was typed.
   */
  isKnownWith(one: Letter, other: Letter): boolean {
    const [last, first] = [this.taken(one), this.taken(other)];
    if (!last || !first || !one.isMine || !other.isMine || other.clock > one.clock) return false;
    return first.number > last.number && first.clock > one.clock;
  }

  /** Whether two letters were taken away at once. */
  wentWith(one: Place, other: Place): boolean {
    return this.taken(one)?.number === this.taken(other)?.number;
  }

  private taken({ client, clock }: Place): Taken | undefined {
    return this.letters.get(`${client}:${clock}`);
  }

  get(client: number, clock: number): string | null {
    const found = this.letters.get(`${client}:${clock}`);
    return found && found.at > Date.now() - LONG_AGO ? found.letter : null;
  }

  /** Who writes beside something of this tab has heard of it, and of everything before. */
  listen(change: Y.Transaction): void {
    const me = change.doc.clientID;
    for (const item of brought(change)) {
      const around = item.parent instanceof Y.AbstractType ? item.parent._item : null;
      for (const id of [item.origin, item.rightOrigin, around?.id]) {
        if (id?.client !== me) continue;
        const { client } = item.id;
        this.heard.set(client, Math.max(this.heard.get(client) ?? -1, id.clock));
      }
    }
  }

  hasHeard(who: number, letter: Place): boolean {
    const lost = this.taken(letter);
    return lost !== undefined && (this.heard.get(who) ?? -1) >= lost.clock;
  }
}

const MOST_JOURNEYS = 5;

/** How often letters were taken along a moment ago: two tabs whose words follow one another would never come to rest. */
export class Journeys {
  private readonly made = new Map<string, { times: number; at: number }>();

  add(from: Place, to: Place): void {
    const [times, at] = [this.times(from) + 1, Date.now()];
    this.made.set(`${to.client}:${to.clock}`, { times, at });
    for (const [key, one] of this.made) {
      if (one.at > at - LONG_AGO && this.made.size <= REMEMBERED) break;
      this.made.delete(key);
    }
  }

  areTooMany(letters: Place[]): boolean {
    return letters.some((letter) => this.times(letter) >= MOST_JOURNEYS);
  }

  private times({ client, clock }: Place): number {
    const found = this.made.get(`${client}:${clock}`);
    return found && found.at > Date.now() - LONG_AGO ? found.times : 0;
  }
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

function* brought(change: Y.Transaction): Generator<Y.Item> {
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
