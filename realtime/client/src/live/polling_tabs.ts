import type { StreamEvent } from "./protocol.ts";

/** What the server answers to a poll: seconds to wait, and what happened on each stream that was asked for. */
export interface Polled {
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

/** A stream that somebody follows after a place; `isNear` when it is on the screen. */
export interface Wanted {
  name: string;
  after: number;
  isNear: boolean;
}

/** What the tabs of one person tell each other. */
type Told =
  | { is: "wants"; tab: string; wanted: Wanted[] }
  | { is: "left"; tab: string }
  | { is: "polled"; polled: Polled; turn: number };

const FORGOTTEN = 120_000; // a tab that was put to sleep says nothing

/** The tabs of one person that poll: whoever asks the server asks for all of them, and passes the answer on. */
export class PollingTabs {
  private readonly tab = crypto.randomUUID();
  private readonly others = new Map<string, { wanted: Wanted[]; at: number }>();
  private channel: BroadcastChannel | null = null;

  constructor(
    private readonly name: string,
    private readonly mine: () => Wanted[],
    private readonly heard: (polled: Polled, turn: number) => void,
  ) {}

  join(): void {
    if (typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = ({ data }: MessageEvent<Told>) => this.hear(data);
    this.tellWants();
  }

  leave(): void {
    this.tell({ is: "left", tab: this.tab });
    this.channel?.close();
    this.channel = null;
    this.others.clear();
  }

  /** Does `ask` unless another tab is asking at this moment: then null. */
  async alone<T>(ask: () => Promise<T>): Promise<T | null> {
    if (!navigator.locks) return ask();
    return navigator.locks.request(this.name, { ifAvailable: true }, (lock) =>
      lock ? ask() : null,
    );
  }

  /** What all of them want, each stream from the earliest place. */
  wanted(): Wanted[] {
    const found = new Map<string, Wanted>();
    for (const one of [this.mine(), ...this.awake()].flat()) {
      const { after, isNear } = found.get(one.name) ?? one;
      found.set(one.name, {
        name: one.name,
        after: Math.min(after, one.after),
        isNear: isNear || one.isNear,
      });
    }
    return [...found.values()];
  }

  pass(polled: Polled, turn: number): void {
    this.tell({ is: "polled", polled, turn });
    this.tellWants();
  }

  private hear(told: Told): void {
    if (told.is === "left") this.others.delete(told.tab);
    else if (told.is === "wants") {
      const isNew = !this.others.has(told.tab);
      this.others.set(told.tab, { wanted: told.wanted, at: Date.now() });
      if (isNew) this.tellWants();
    } else {
      this.heard(told.polled, told.turn);
      this.tellWants();
    }
  }

  private awake(): Wanted[][] {
    const since = Date.now() - FORGOTTEN;
    return [...this.others.values()].filter(({ at }) => at > since).map(({ wanted }) => wanted);
  }

  private tellWants(): void {
    this.tell({ is: "wants", tab: this.tab, wanted: this.mine() });
  }

  private tell(told: Told): void {
    this.channel?.postMessage(told);
  }
}
