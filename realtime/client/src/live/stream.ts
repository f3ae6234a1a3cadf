import type { Person, StreamEvent } from "./protocol.ts";

/** What a part of the page does with a stream. `event` is called once for each event, in order. */
export interface Watcher {
  /** Watching from a list is not being there: others do not see it. */
  quiet?: boolean;
  event(event: StreamEvent): void;
  /** The gap is not kept: fetch afresh. Events after `head` follow. */
  reset?(head: number): void;
  /** It may no longer be seen. */
  gone?(): void;
  here?(people: Person[], more: number): void;
  typing?(people: Person[]): void;
  /** The line is away: who is here and who is writing is not known until it is told again. */
  unknown?(): void;
}

interface Place {
  watcher: Watcher;
  seq: number;
}

/** One stream as this tab follows it: everything up to `cursor` has been applied by all its watchers. */
export class Stream {
  private readonly places = new Set<Place>();
  private crowd: { people: Person[]; more: number } | null = null;

  constructor(readonly name: string) {}

  /** Adds a watcher that has everything up to `after`; returns how to remove it. */
  add(watcher: Watcher, after: number): () => void {
    const place = { watcher, seq: after };
    this.places.add(place);
    if (this.crowd) {
      watcher.here?.(this.crowd.people, this.crowd.more);
    }
    return () => this.places.delete(place);
  }

  get isIdle(): boolean {
    return this.places.size === 0;
  }

  get isQuiet(): boolean {
    return [...this.places].every((place) => place.watcher.quiet);
  }

  get cursor(): number {
    return Math.min(...[...this.places].map((place) => place.seq));
  }

  /** Applies an event where it is the next one; false when something before it is missing. */
  apply(event: StreamEvent): boolean {
    let isWhole = true;
    for (const place of [...this.places]) {
      if (event.seq === place.seq + 1) {
        place.seq = event.seq;
        place.watcher.event(event);
      } else if (event.seq > place.seq) {
        isWhole = false;
      }
    }
    return isWhole;
  }

  reset(head: number): void {
    for (const place of [...this.places]) {
      if (place.seq !== head) {
        place.seq = head;
        place.watcher.reset?.(head);
      }
    }
  }

  gone(): void {
    const places = [...this.places];
    this.places.clear();
    for (const { watcher } of places) {
      watcher.gone?.();
    }
  }

  here(people: Person[], more: number): void {
    this.crowd = { people, more };
    for (const { watcher } of this.places) {
      watcher.here?.(people, more);
    }
  }

  /** Forgets who is here. */
  unknown(): void {
    this.crowd = null;
    for (const { watcher } of this.places) {
      watcher.unknown?.();
    }
  }

  typing(people: Person[]): void {
    for (const { watcher } of this.places) {
      watcher.typing?.(people);
    }
  }
}
