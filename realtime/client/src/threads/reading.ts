import { post } from "../lib/http.ts";
import type { MessageList } from "./message_list.ts";
import { tellRead } from "./reads.ts";
import { lastRowRead } from "./sight.ts";

const LOOK_AFTER = 700; // what stays in sight that long has been read
const TELL_EVERY = 2_000;

/** What reading needs of the screen. */
export interface Page {
  thread: number;
  url: string;
  messages: MessageList;
  scroller: HTMLElement;
  foot: Element | null;
  /** Whether later messages are left out of the list. */
  isCut(): boolean;
  /** The end is in sight. */
  endSeen(): void;
}

/**
 * How far this person has read: up to the last row of which the end was in sight, never backwards, and never past
 * what they did not see, unless they went to the end. Told to the server at most every two seconds and when the page
 * is left, and to nobody else.
 */
export class Reading {
  private told: number;
  /** Whether the list has held all that was said since the place read. */
  private isWhole = false;
  private look: ReturnType<typeof setTimeout> | undefined;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private toldAt = Number.NEGATIVE_INFINITY;

  /** `read` is the place the server knows; null for a person to whom nothing here can be new yet. */
  constructor(
    private readonly page: Page,
    private read: number | null,
  ) {
    this.told = read ?? 0;
    this.join();
  }

  /** Something moved: look what is in sight, a moment later. */
  soon(): void {
    if (document.hidden) return;
    this.look ??= setTimeout(() => {
      this.look = undefined;
      if (!document.hidden) this.note();
    }, LOOK_AFTER);
  }

  /** Another stretch is shown, perhaps far from where one was. */
  elsewhere(): void {
    this.isWhole = false;
    this.join();
  }

  /** A stretch was added at one end, and may close the gap. */
  join(): void {
    const [first] = this.page.messages.saidRows();
    const isOpening = !first?.parentElement?.querySelector("[data-thread-target=older]");
    this.isWhole ||= isOpening || (this.read !== null && Number(first?.dataset.seq) <= this.read);
  }

  /** The person went to the end: what stands before it is done with. */
  toEnd(): void {
    this.page.endSeen();
    this.reach(this.page.messages.lastSeq());
  }

  /** The page is left or put away: what is in sight is told now. */
  leave(): void {
    clearTimeout(this.look);
    this.look = undefined;
    this.note();
    this.tell();
  }

  private note(): void {
    const { messages, scroller, foot } = this.page;
    const row = lastRowRead(scroller, foot, messages.saidRows());
    const seq = Number(row?.dataset.seq ?? 0);
    const isEnd = this.isEnd(seq);
    if (isEnd) this.page.endSeen();
    if (this.read === null ? isEnd : this.isWhole) this.reach(seq);
  }

  private reach(seq: number): void {
    this.read = Math.max(seq, this.read ?? 0);
    if (this.isEnd(seq)) {
      this.isWhole = true;
      tellRead(this.page.thread, seq);
    }
    if (this.read <= this.told || this.telling !== undefined) return;
    const wait = Math.max(0, this.toldAt + TELL_EVERY - Date.now());
    this.telling = setTimeout(() => this.tell(), wait);
  }

  private isEnd(seq: number): boolean {
    return !this.page.isCut() && seq === this.page.messages.lastSeq();
  }

  private tell(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    const [seq, before] = [this.read ?? 0, this.told];
    if (seq <= before) return;
    this.told = seq;
    this.toldAt = Date.now();
    post(this.page.url, new URLSearchParams({ seq: String(seq) }), true).catch(() => {
      this.told = Math.min(this.told, before);
    });
  }
}
