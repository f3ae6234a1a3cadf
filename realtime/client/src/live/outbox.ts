import { type Answer, Refused } from "./protocol.ts";
import type { Draft, Storage } from "./storage.ts";

export type DraftListener = (draft: Draft, answer: Answer | null) => void;
type Send = (draft: Draft) => Promise<Answer>;
type Alone = (name: string, act: () => Promise<void>) => Promise<void>;

const RETRY = 3_000;

/**
 * Keeps what was said until it is committed, and sends it again after every interruption.
 *
 * A draft is `pending` until the server answers, then `sent`; a refusal that time does not cure makes it
 * `failed`, to be sent again or discarded by the person.
 */
export class Outbox {
  private readonly listeners = new Set<DraftListener>();
  private isFlushing = false;
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storage: Storage,
    private readonly send: Send,
    private readonly canSend: () => boolean,
    private readonly person: () => number,
    private readonly alone: Alone = oneTabAtATime,
  ) {}

  /** Calls `listener` at every change of a draft; returns how to stop. */
  listen(listener: DraftListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The drafts of this person that are not sent yet, oldest first. */
  async waiting(thread?: number): Promise<Draft[]> {
    const drafts = (await this.storage.all()).filter(
      (draft) => draft.person === this.person() && (thread ?? draft.thread) === draft.thread,
    );
    return drafts.sort((a, b) => a.writtenAt.localeCompare(b.writtenAt));
  }

  /** Keeps a draft, then sends it as soon as it can be. */
  async add(draft: Draft): Promise<void> {
    await this.storage.put(draft);
    this.tell(draft);
    void this.flush();
  }

  async retry(cid: string): Promise<void> {
    const draft = (await this.storage.all()).find((kept) => kept.cid === cid);
    if (draft) {
      await this.add({ ...draft, state: "pending", error: "" });
    }
  }

  /** Forgets a draft, and gives it back one last time. */
  async discard(cid: string): Promise<Draft | null> {
    const draft = (await this.storage.all()).find((kept) => kept.cid === cid);
    await this.storage.remove(cid);
    return draft ?? null;
  }

  /**
   * Sends all that is pending, one after the other in the order it was written: in one thread nothing
   * overtakes what was said before it and is not committed yet. Of several tabs, one sends at a time.
   */
  async flush(): Promise<void> {
    this.isWanted = true;
    if (this.isFlushing) return;
    this.isFlushing = true;
    try {
      while (this.isWanted) {
        this.isWanted = false;
        await this.alone(`parvis:outbox:${this.person()}`, () => this.round());
      }
    } finally {
      this.isFlushing = false;
    }
  }

  private async round(): Promise<void> {
    const held = new Set<number>();
    for (const draft of await this.waiting()) {
      if (draft.state !== "pending" || held.has(draft.thread)) continue;
      if (!this.canSend()) return;
      if (!(await this.try(draft))) held.add(draft.thread);
    }
  }

  /** Whether the server answered, yes or no; an interruption is tried again later. */
  private async try(draft: Draft): Promise<boolean> {
    try {
      const answer = await this.send(draft);
      await this.storage.remove(draft.cid);
      this.tell({ ...draft, state: "sent", error: "" }, answer);
      return true;
    } catch (error) {
      return this.failed(draft, error);
    }
  }

  private async failed(draft: Draft, error: unknown): Promise<boolean> {
    if (error instanceof Refused && !error.mayPass) {
      const failed: Draft = { ...draft, state: "failed", error: error.message };
      await this.storage.put(failed);
      this.tell(failed);
      return true;
    }
    const wait = error instanceof Refused && error.retryAfter ? error.retryAfter * 1000 : RETRY;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
    return false;
  }

  private tell(draft: Draft, answer: Answer | null = null): void {
    for (const listener of this.listeners) {
      listener(draft, answer);
    }
  }
}

/** Several tabs share what is to be sent; where the browser has no locks, the server says a thing once all the same. */
async function oneTabAtATime(name: string, act: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return act();
  await navigator.locks.request(name, act);
}
