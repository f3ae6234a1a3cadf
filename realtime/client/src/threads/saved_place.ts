/** Where a person was in their conversations, kept on this device alone, under their own name. */

import { forgetAll } from "./drafts.ts";

const MOST = 200;
const PREFIX = "parvis:places:";
let isForgotten = false;

export class SavedPlace {
  private readonly key: string;

  constructor(
    person: number,
    private readonly thread: number,
  ) {
    this.key = `${PREFIX}${person}`;
  }

  /** The place of the row that was on top, null when the person was at the end. */
  read(): number | null {
    return this.all().find(([thread]) => thread === this.thread)?.[1] ?? null;
  }

  /** Keep a place; null forgets it. The oldest of too many go. */
  keep(seq: number | null): void {
    if (isForgotten) return;
    const others = this.all().filter(([thread]) => thread !== this.thread);
    const places = seq === null ? others : [...others, [this.thread, seq] as [number, number]];
    try {
      localStorage.setItem(this.key, JSON.stringify(places.slice(-MOST)));
    } catch {
      // storage is full or forbidden: nothing is kept, and nothing breaks
    }
  }

  private all(): [number, number][] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? (kept as [number, number][]) : [];
    } catch {
      return [];
    }
  }
}

/** Forget every place on this device, as when somebody signs out: the page that is left keeps none either. */
export function forgetPlaces(): void {
  isForgotten = true;
  forgetAll(PREFIX);
}
