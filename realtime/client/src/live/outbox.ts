import { type Answer, Refused } from "./protocol.ts";
import type { Draft, Storage } from "./storage.ts";

export type DraftListener = (draft: Draft, answer: Answer | null) => void;
type Send = (draft: Draft) => Promise<Answer>;

const RETRY = 3_000;

/**
 * Keeps what was said until it is committed, and sends it again after every interruption.
 *
 * A draft is `pending` until the server answers, then `sent`; a refusal that time does not cure makes it
 * `failed`, to be sent again or discarded by the person.
 */
export class Outbox {
  private readonly listeners = new Set<DraftListener>();
  private readonly underway = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storage: Storage,
    private readonly send: Send,
    private readonly canSend: () => boolean,
    private readonly person: () => number,
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
    if (this.canSend()) {
      void this.try(draft);
    }
  }

  async retry(cid: string): Promise<void> {
    const draft = (await this.storage.all()).find((kept) => kept.cid === cid);
    if (draft) {
      await this.add({ ...draft, state: "pending", error: "" });
    }
  }

  async discard(cid: string): Promise<void> {
    await this.storage.remove(cid);
  }

  /** Sends all that is pending, in the order it was written. */
  async flush(): Promise<void> {
    for (const draft of await this.waiting()) {
      if (draft.state === "pending" && this.canSend()) {
        void this.try(draft);
      }
    }
  }

  private async try(draft: Draft): Promise<void> {
    if (this.underway.has(draft.cid)) {
      return;
    }
    this.underway.add(draft.cid);
    try {
      const answer = await this.send(draft);
      await this.storage.remove(draft.cid);
      this.tell({ ...draft, state: "sent", error: "" }, answer);
    } catch (error) {
      await this.failed(draft, error);
    } finally {
      this.underway.delete(draft.cid);
    }
  }

  private async failed(draft: Draft, error: unknown): Promise<void> {
    if (error instanceof Refused && !error.mayPass) {
      const failed: Draft = { ...draft, state: "failed", error: error.message };
      await this.storage.put(failed);
      this.tell(failed);
      return;
    }
    const wait = error instanceof Refused && error.retryAfter ? error.retryAfter * 1000 : RETRY;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  private tell(draft: Draft, answer: Answer | null = null): void {
    for (const listener of this.listeners) {
      listener(draft, answer);
    }
  }
}
