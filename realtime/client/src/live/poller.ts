import { Backoff } from "./backoff.ts";
import { type Polled, PollingTabs, type Wanted } from "./polling_tabs.ts";
import type { Stream } from "./stream.ts";

export interface Polling {
  url: string;
  /** The signed-in person's id: their tabs ask for each other. */
  person: number;
  streams: () => Stream[];
  told: (outcome: "ok" | "failed" | "signed-out") => void;
  ask?: typeof fetch | undefined;
  random?: (() => number) | undefined;
}

const AT_ONCE = 20;
const WAIT = 5_000;
const AT_LEAST = 1_100; // once a second is the most the server answers
const UNSEEN = 6; // how much longer a hidden tab waits
const SPREAD = 0.2;
const TOO_OFTEN = 429;

/**
 * Follows streams over plain HTTP, at the pace the server asks for, where a WebSocket cannot pass. Of several tabs
 * the one whose turn comes first asks for all; the others hear its answer and wait anew.
 */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;
  private turn = 0;
  private heardAt = 0;
  private readonly ask: typeof fetch;
  private readonly random: () => number;
  private readonly haste: Backoff;
  private readonly tabs: PollingTabs;

  constructor(private readonly polling: Polling) {
    this.ask = polling.ask ?? ((...words) => fetch(...words));
    this.random = polling.random ?? Math.random;
    this.haste = new Backoff(AT_LEAST, 4 * WAIT, this.random);
    this.tabs = new PollingTabs(
      `parvis:poll:${polling.person}`,
      () => this.mine(),
      (polled, turn) => this.heard(polled, turn),
    );
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.tabs.join();
    void this.poll();
  }

  stop(): void {
    if (this.isRunning) this.tabs.leave();
    this.isRunning = false;
    clearTimeout(this.timer);
  }

  /** The tab is looked at again: what is shown may be old. */
  wake(): void {
    if (this.isRunning && Date.now() - this.heardAt > WAIT) this.again(0);
  }

  private again(wait: number): void {
    clearTimeout(this.timer);
    const long = document.hidden ? wait * UNSEEN : wait;
    this.timer = setTimeout(() => void this.poll(), long * (1 + SPREAD * this.random()));
  }

  private async poll(): Promise<void> {
    const wait = await this.tabs.alone(() => this.round());
    if (this.isRunning) this.again(wait ?? WAIT);
  }

  private async round(): Promise<number> {
    try {
      return await this.asked();
    } catch {
      this.polling.told("failed");
      return WAIT;
    }
  }

  private async asked(): Promise<number> {
    const places = this.next().map(({ name, after }) => `${name}@${after}`);
    const query = encodeURIComponent(places.join(","));
    const response = await this.ask(`${this.polling.url}?streams=${query}`, {
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (response.type === "opaqueredirect" || response.status === 403) {
      this.polling.told("signed-out");
      return WAIT;
    }
    if (response.status === TOO_OFTEN) return AT_LEAST + this.haste.next();
    if (!response.ok) throw new Error(String(response.status));
    const polled = (await response.json()) as Polled;
    this.haste.reset();
    const wait = this.take(polled);
    if (this.isRunning) this.tabs.pass(polled, this.turn);
    return wait;
  }

  /** Another tab asked for this one too. */
  private heard(polled: Polled, turn: number): void {
    this.turn = turn;
    this.again(this.take(polled));
  }

  /** Applies an answer; milliseconds until the next question. */
  private take(polled: Polled): number {
    this.heardAt = Date.now();
    this.polling.told("ok");
    this.apply(polled);
    const isMore = Object.values(polled.streams ?? {}).some((news) => news.more);
    return isMore ? AT_LEAST : polled.wait * 1_000;
  }

  private mine(): Wanted[] {
    const streams = this.polling.streams();
    return streams.map(({ name, cursor, isQuiet }) => ({ name, after: cursor, isNear: !isQuiet }));
  }

  /** The next twenty streams: what is on a screen first, and those watched from afar in turns. */
  private next(): Wanted[] {
    const wanted = this.tabs.wanted().sort((a, b) => (a.name < b.name ? -1 : 1));
    const near = this.inTurns(
      wanted.filter(({ isNear }) => isNear),
      AT_ONCE,
    );
    const far = wanted.filter(({ isNear }) => !isNear);
    const chosen = [...near, ...this.inTurns(far, AT_ONCE - near.length)];
    this.turn += 1;
    return chosen;
  }

  private inTurns(wanted: Wanted[], room: number): Wanted[] {
    const parts = room > 0 ? Math.ceil(wanted.length / room) : 0;
    const start = parts > 0 ? (this.turn % parts) * room : 0;
    return wanted.slice(start, start + room);
  }

  private apply(polled: Polled): void {
    for (const stream of this.polling.streams()) {
      const news = polled.streams?.[stream.name];
      if (news?.gone) {
        stream.gone();
      } else if (news?.reset) {
        stream.reset(news.head ?? 0);
      }
      for (const event of news?.events ?? []) {
        stream.apply({ ...event, stream: stream.name });
      }
    }
  }
}
