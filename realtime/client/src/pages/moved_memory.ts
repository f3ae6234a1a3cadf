// What a tab remembers for a moment of the letters it took away or along, for moved.ts.
import * as Y from "yjs";
import { before, brought, type Letter, lettersOf, type Place, stretches } from "./moved_letters.ts";

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
    const [found, seen] = [new Set<unknown>(), new Set<unknown>()];
    if (!change.deleteSet.clients.size) return found;
    const given = stretches(change).map((stretch) => ({
      text: stretch[0]?.text,
      words: stretch.map(({ letter }) => letter).join(""),
    }));
    if (!given.length) return found;
    Y.iterateDeletedStructs(change, change.deleteSet, (item) => {
      const parent = item instanceof Y.Item ? item.parent : null;
      if (!(parent instanceof Y.XmlText) || seen.has(parent)) return;
      seen.add(parent);
      const gone = lettersOf(parent, change, this).filter(({ state }) => state === "gone");
      const words = gone.map(({ letter }) => letter).join("");
      const isThere = given.some(({ text, words: all }) => text !== parent && all.includes(words));
      if (words && isThere) found.add(parent);
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
