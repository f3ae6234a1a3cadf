import { Controller } from "@hotwired/stimulus";
import { type LiveClient, live, type StreamEvent } from "../live/index.ts";
import type { MessagePosted } from "./events.ts";
import { type LastWords, showLast } from "./last_words.ts";
import { onRead } from "./reads.ts";
import { markSpace, markThread, markTurn, type Words } from "./unread_marks.ts";
import { Unread, type UnreadState } from "./unread_state.ts";

const ASIDE = 1_500; // what is read at once never shows as new
const SOON = 3_000;
const EVERY = 60_000;
const EVERY_HIDDEN = 10 * 60_000;

/** What the tabs of one person tell each other. */
type Told =
  | { is: "spaces"; spaces: [number, number][] }
  | { is: "threads"; threads: [number, number][] }
  | { is: "turn"; number: number }
  | { is: "read"; thread: number; seq: number }
  | { is: "look" };

/**
 * The marks of what is new, in the rail and in lists. One tab of the browser follows the conversations that
 * matter, without being among those who are there, and tells the others; it asks the server afresh once in a
 * while, when it is looked at again, and whenever something happened that it cannot count by itself.
 */
export default class UnreadController extends Controller<HTMLElement> {
  static values = { me: Number, url: String, words: Object, last: Object };
  declare readonly meValue: number;
  declare readonly urlValue: string;
  declare readonly wordsValue: Words;
  declare readonly lastValue: LastWords;

  private client!: LiveClient;
  private channel: BroadcastChannel | null = null;
  private readonly unread = new Unread();
  private readonly readTo = new Map<number, number>();
  private readonly ended = new AbortController();
  private follows = false;
  private askedAt = 0;
  private readonly watched = new Map<number, () => void>();
  private rowStops: (() => void)[] = [];
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};

  connect() {
    this.client = live(this.meValue);
    this.channel = typeof BroadcastChannel === "undefined" ? null : this.open();
    this.tell({ is: "spaces", spaces: this.shownSpaces() });
    this.rowStops = [onRead((thread, seq) => this.hasRead(thread, seq)), ...this.followRows()];
    document.addEventListener("visibilitychange", this.looked);
    window.addEventListener("inbox:changed", this.told);
    void this.lead();
  }

  disconnect() {
    this.ended.abort();
    this.follows = false;
    for (const stop of [...this.watched.values(), ...this.rowStops]) stop();
    this.watched.clear();
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    document.removeEventListener("visibilitychange", this.looked);
    window.removeEventListener("inbox:changed", this.told);
    this.channel?.close();
    this.channel = null;
  }

  private open(): BroadcastChannel {
    const channel = new BroadcastChannel(`parvis:unread:${this.meValue}`);
    channel.onmessage = ({ data }: MessageEvent<Told>) => this.hear(data);
    return channel;
  }

  /** Wait to be the tab that follows; without locks every tab is. */
  private async lead() {
    if (!navigator.locks) return this.follow();
    const { signal } = this.ended;
    await navigator.locks
      .request(`parvis:unread:${this.meValue}`, { signal }, () => {
        this.follow();
        return new Promise<void>((resolve) =>
          signal.addEventListener("abort", () => resolve(), { once: true }),
        );
      })
      .catch(() => {}); // the page went away while it waited
  }

  private follow() {
    this.follows = true;
    void this.ask();
  }

  // --- what is told ---

  private hear(told: Told) {
    if (told.is === "spaces") this.heardSpaces(told.spaces);
    else if (told.is === "threads")
      for (const [thread, number] of told.threads) markThread(thread, number, this.wordsValue);
    else if (told.is === "turn") this.showTurn(told.number);
    else if (told.is === "read") this.read(told.thread, told.seq);
    else if (this.follows && Date.now() - this.askedAt > SOON) this.askIn(0);
  }

  /** Another page of this person shows other numbers: they are fresher, and say that ours are not. */
  private heardSpaces(spaces: [number, number][]) {
    const differ = spaces.some(([id, number]) => this.unread.spaces.get(id) !== number);
    for (const [id, number] of spaces) markSpace(id, number, this.wordsValue);
    if (differ && this.follows) this.askIn(SOON);
  }

  private hasRead(thread: number, seq: number) {
    this.tell({ is: "read", thread, seq });
    this.read(thread, seq);
  }

  private read(thread: number, seq: number) {
    this.readTo.set(thread, Math.max(seq, this.readTo.get(thread) ?? 0));
    markThread(thread, 0, this.wordsValue);
    for (const row of document.querySelectorAll<HTMLElement>(
      `[data-unread-row="thread:${thread}"]`,
    ))
      row.dataset.number = "0";
    if (!this.follows) return;
    if (this.unread.read(thread, seq)) this.show();
    else this.askIn(SOON);
  }

  private event(thread: number, event: StreamEvent) {
    const { kind, seq, payload } = event;
    showLast(thread, event, this.lastValue);
    if (kind !== "message.posted") return this.askIn(SOON);
    const { author } = payload as unknown as MessagePosted;
    if (author.id === this.meValue) return this.unread.spoke(thread);
    setTimeout(() => this.said(thread, seq), ASIDE);
  }

  private said(thread: number, seq: number) {
    if (!this.follows || (this.readTo.get(thread) ?? 0) >= seq) return;
    const number = this.unread.said(thread, seq);
    if (number === null) return this.askIn(SOON);
    this.show();
    markThread(thread, number, this.wordsValue);
    this.tell({ is: "threads", threads: [[thread, number]] });
  }

  // --- asking afresh ---

  private readonly looked = () => {
    if (!document.hidden) this.look();
  };

  /** What is to be heard may be another now. */
  look() {
    if (this.follows) this.askIn(0);
    else this.tell({ is: "look" });
  }

  /** What came into the inbox may be said where nothing is followed, and what left it was read somewhere. */
  private readonly told = () => {
    if (this.follows) this.askIn(SOON);
  };

  private askIn(wait: number) {
    if (wait > 0 && this.timers.soon !== undefined) return;
    clearTimeout(this.timers.soon);
    this.timers.soon = setTimeout(() => void this.ask(), wait);
  }

  private async ask() {
    clearTimeout(this.timers.soon);
    delete this.timers.soon;
    this.askedAt = Date.now();
    const state = await this.fetched();
    if (!this.follows) return;
    if (state) this.take(state);
    clearTimeout(this.timers.again);
    const wait = document.hidden ? EVERY_HIDDEN : EVERY;
    this.timers.again = setTimeout(() => void this.ask(), wait * (0.75 + Math.random() / 2));
  }

  private async fetched(): Promise<UnreadState | null> {
    try {
      const answer = await fetch(this.urlValue, { credentials: "same-origin", redirect: "error" });
      return answer.ok ? ((await answer.json()) as UnreadState) : null;
    } catch {
      return null;
    }
  }

  private take(state: UnreadState) {
    this.unread.take(state);
    this.show();
    const threads = state.threads.map(({ pk, unread }): [number, number] => [pk, unread]);
    for (const [id, number] of threads) markThread(id, number, this.wordsValue);
    this.tell({ is: "threads", threads });
    this.watchThese(new Map(state.threads.map(({ pk, head }) => [pk, head])));
  }

  /** Those that are watched already go on being watched where they stand. */
  private watchThese(heads: Map<number, number>) {
    for (const [id, stop] of this.watched)
      if (!heads.has(id)) {
        stop();
        this.watched.delete(id);
      }
    for (const [id, head] of heads)
      if (!this.watched.has(id)) this.watched.set(id, this.watch(id, head));
  }

  private watch(id: number, head: number): () => void {
    return this.client.watch(`thread:${id}`, head, {
      quiet: true,
      event: (event) => this.event(id, event),
      reset: () => this.askIn(SOON),
      gone: () => this.askIn(SOON),
    });
  }

  /** The rows of a list move even when their conversation is not among those that matter most. */
  private followRows(): (() => void)[] {
    const rows = [...document.querySelectorAll<HTMLElement>("[data-unread-row]")];
    return rows.map((row) =>
      this.client.watch(row.dataset.unreadRow ?? "", Number(row.dataset.head), {
        quiet: true,
        event: (event) => this.rowEvent(row, event),
      }),
    );
  }

  private rowEvent(row: HTMLElement, event: StreamEvent) {
    const { kind, seq, payload } = event;
    const thread = Number(row.dataset.unreadRow?.split(":")[1]);
    showLast(thread, event, this.lastValue);
    const { author } = payload as unknown as MessagePosted;
    if (kind !== "message.posted" || author.id === this.meValue || this.unread.knows(thread))
      return;
    if ("muted" in row.dataset) return;
    setTimeout(() => {
      if ((this.readTo.get(thread) ?? 0) >= seq) return;
      const number = Number(row.dataset.number ?? 0) + 1;
      row.dataset.number = String(number);
      markThread(thread, number, this.wordsValue);
    }, ASIDE);
  }

  // --- what is shown ---

  private show() {
    const spaces = [...this.unread.spaces];
    for (const [id, number] of spaces) markSpace(id, number, this.wordsValue);
    this.tell({ is: "spaces", spaces });
    this.showTurn(this.unread.turn);
    this.tell({ is: "turn", number: this.unread.turn });
  }

  /** The list of what awaits the person, where it is on the screen, comes again with its number. */
  private showTurn(number: number) {
    if (markTurn(number)) window.dispatchEvent(new CustomEvent("turn:changed"));
  }

  private shownSpaces(): [number, number][] {
    const rows = [...this.element.querySelectorAll<HTMLElement>("[data-unread-space]")];
    return rows.map(({ dataset }) => [Number(dataset.unreadSpace), Number(dataset.unreadNumber)]);
  }

  private tell(told: Told) {
    this.channel?.postMessage(told);
  }
}
