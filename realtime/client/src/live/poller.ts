import type { StreamEvent } from "./protocol.ts";
import type { Stream } from "./stream.ts";

interface Polled {
  wait: number;
  streams?: Record<
    string,
    {
      events?: Omit<StreamEvent, "stream">[];
      more?: boolean;
      reset?: boolean;
      gone?: boolean;
      head?: number;
    }
  >;
}

const AT_ONCE = 20;
const WAIT = 5_000;

/** Follows streams over plain HTTP, at the pace the server asks for, where a WebSocket cannot pass. */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;
  private turn = 0;

  constructor(
    private readonly url: string,
    private readonly streams: () => Stream[],
    private readonly told: (outcome: "ok" | "failed" | "signed-out") => void,
    private readonly ask: typeof fetch = (...words) => fetch(...words),
  ) {}

  start(): void {
    if (!this.isRunning) {
      this.isRunning = true;
      void this.poll();
    }
  }

  stop(): void {
    this.isRunning = false;
    clearTimeout(this.timer);
  }

  private async poll(): Promise<void> {
    let wait = WAIT;
    try {
      wait = await this.round();
    } catch {
      this.told("failed");
    }
    if (this.isRunning) {
      this.timer = setTimeout(() => void this.poll(), wait);
    }
  }

  private async round(): Promise<number> {
    const streams = this.next();
    const query = streams.map((stream) => `${stream.name}@${stream.cursor}`).join(",");
    const response = await this.ask(`${this.url}?streams=${encodeURIComponent(query)}`, {
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (response.type === "opaqueredirect" || response.status === 403) {
      this.told("signed-out");
      return WAIT;
    }
    if (!response.ok && response.status !== 429) {
      throw new Error(String(response.status));
    }
    const polled = (await response.json()) as Polled;
    this.told("ok");
    return this.apply(polled, streams) ? 1_000 : polled.wait * 1_000;
  }

  /** The next twenty streams: what is on the screen first, and those watched from afar in turns. */
  private next(): Stream[] {
    const streams = this.streams();
    const near = streams.filter((stream) => !stream.isQuiet).slice(0, AT_ONCE);
    const far = streams.filter((stream) => !near.includes(stream));
    const room = AT_ONCE - near.length;
    const start = far.length > room && room > 0 ? (this.turn * room) % far.length : 0;
    this.turn += 1;
    return [...near, ...far.slice(start, start + room)];
  }

  private apply(polled: Polled, streams: Stream[]): boolean {
    let isMore = false;
    for (const stream of streams) {
      const news = polled.streams?.[stream.name];
      if (news?.gone) {
        stream.gone();
      } else if (news?.reset) {
        stream.reset(news.head ?? 0);
      }
      for (const event of news?.events ?? []) {
        stream.apply({ ...event, stream: stream.name });
      }
      isMore ||= news?.more ?? false;
    }
    return isMore;
  }
}
