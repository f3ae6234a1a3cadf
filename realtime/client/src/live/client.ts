import { Backoff } from "./backoff.ts";
import { Outbox } from "./outbox.ts";
import { Pace } from "./pace.ts";
import { Poller } from "./poller.ts";
import {
  type Answer,
  PROTOCOL,
  Refused,
  type ServerFrame,
  SIGNED_OUT,
  TOO_MANY,
  TOO_OLD,
} from "./protocol.ts";
import { BrowserStorage, type CarriedFile, type Draft, type Storage } from "./storage.ts";
import { Stream, type Watcher } from "./stream.ts";

/**
 * `idle` nothing to follow; `connecting`; `live`; `offline` waiting to try again; `polling` over HTTP;
 * `signed-out` and `reload` until the page is loaded again.
 */
export type State =
  | "idle"
  | "connecting"
  | "live"
  | "offline"
  | "polling"
  | "signed-out"
  | "reload";

export interface Options {
  /** Where the socket is; `https:` pages use `wss:`. */
  socketUrl: string;
  pollUrl: string;
  /** The signed-in person's id: their drafts are theirs alone. */
  person: number;
  storage?: Storage;
  openSocket?: (url: string) => WebSocket;
  ask?: typeof fetch;
  random?: () => number;
}

const LOOK = 5_000;
const SILENCE = 25_000;
const PING_ANSWER = 3_000;
const DOUBT = 12_000;
const POLL_AFTER = 3;
const TRY_SOCKET_AGAIN = 60_000;
const GAP_PATIENCE = 2_000;
const SLOW_DOWN = 30_000;

/** One tab's line to the server: streams that resume where they were, words that are said once. */
export class LiveClient {
  state: State = "idle";
  readonly outbox: Outbox;
  /** Says a draft over HTTP while polling; without it, drafts wait for the socket. */
  post: ((draft: Draft) => Promise<Answer>) | null = null;

  private readonly streams = new Map<string, Stream>();
  private readonly answers = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Refused) => void }
  >();
  private readonly listeners = new Set<(state: State) => void>();
  private readonly backoff: Backoff;
  private readonly poller: Poller;
  private readonly ended = new AbortController();
  private readonly resuming = new Set<string>();
  private readonly pace = new Pace();
  private socket: WebSocket | null = null;
  private ref = 0;
  private writtenAt = 0;
  private heardAt = 0;
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};

  constructor(private readonly options: Options) {
    this.backoff = new Backoff(500, 30_000, options.random);
    this.poller = new Poller({
      url: options.pollUrl,
      person: options.person,
      streams: () => [...this.streams.values()].filter((stream) => !stream.isIdle),
      told: (outcome) => this.polled(outcome),
      ask: options.ask,
      random: options.random,
    });
    this.outbox = new Outbox(
      options.storage ?? new BrowserStorage(),
      (draft) => this.sendDraft(draft),
      () => this.state === "live" || (this.state === "polling" && this.post !== null),
      () => options.person,
    );
    const { signal } = this.ended;
    addEventListener("online", () => this.wake(), { signal });
    addEventListener("offline", () => this.lost(), { signal });
    addEventListener("pageshow", () => this.wake(), { signal });
    addEventListener("pagehide", () => this.drop(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.wake(), {
      signal,
    });
  }

  /** Calls `listener` with every new state, and the present one at once; returns how to stop. */
  onState(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    listener(this.state);
    return () => this.listeners.delete(listener);
  }

  /** Follows a stream after `after`; returns how to stop. */
  watch(name: string, after: number, watcher: Watcher): () => void {
    const stream = this.streams.get(name) ?? new Stream(name);
    this.streams.set(name, stream);
    const remove = stream.add(watcher, after);
    this.begin();
    this.resume(stream);
    return () => {
      remove();
      if (stream.isIdle && this.streams.get(name) === stream) {
        this.streams.delete(name);
        this.write({ do: "unwatch", stream: name });
      }
    };
  }

  /** Asks for an action and gives its answer. Throws Refused, with `interrupted` when the line broke. */
  ask(action: string, fields: Record<string, unknown> = {}): Promise<Answer> {
    this.ref += 1;
    const ref = this.ref;
    return new Promise((resolve, reject) => {
      if (this.state !== "live" || !this.write({ do: action, ref, ...fields })) {
        reject(new Refused({ code: "interrupted", message: "" }));
        return;
      }
      this.answers.set(ref, { resolve, reject });
    });
  }

  /** Lets others see that this person is writing; at most every three seconds. */
  typing(stream: string): void {
    if (this.timers[`typing ${stream}`] === undefined) {
      this.write({ do: "typing", stream });
      this.later(`typing ${stream}`, 3_000, () => delete this.timers[`typing ${stream}`]);
    }
  }

  /** Says something in a thread: kept here until it is committed. Returns the draft. */
  async say(
    thread: number,
    body: string,
    replyTo: number | null = null,
    files: CarriedFile[] = [],
  ): Promise<Draft> {
    const draft: Draft = {
      cid: crypto.randomUUID(),
      person: this.options.person,
      thread,
      body,
      replyTo,
      files,
      writtenAt: this.now(),
      state: "pending",
      error: "",
    };
    this.begin();
    await this.outbox.add(draft);
    return draft;
  }

  /** Hangs up for good. */
  close(): void {
    this.ended.abort();
    this.forgetSocket();
    this.end("idle");
  }

  /** The time, always later than the last one told: what is written first is sent first. */
  private now(): string {
    this.writtenAt = Math.max(Date.now(), this.writtenAt + 1);
    return new Date(this.writtenAt).toISOString();
  }

  /** Opens the line unless it is open, or opening is pointless. */
  begin(): void {
    if (this.state === "idle" || this.state === "offline") {
      this.open();
    }
  }

  /** The machine woke, the network came back, the tab is looked at: is the line still good? */
  wake(): void {
    if (this.state === "offline" || this.state === "polling") {
      this.backoff.reset();
      this.poller.wake();
      this.open();
    } else if (this.state === "live" && Date.now() - this.heardAt > DOUBT) {
      void this.ask("ping").catch(() => undefined);
      this.later("doubt", PING_ANSWER, () => this.broken());
    } else if (this.state === "idle" && this.streams.size > 0) {
      this.open();
    }
  }

  private open(): void {
    if (this.socket || this.state === "signed-out" || this.state === "reload") {
      return;
    }
    if (!navigator.onLine) {
      this.become("offline");
      return;
    }
    if (this.state !== "polling") {
      this.become("connecting");
    }
    const url = `${this.options.socketUrl}?protocol=${PROTOCOL}`;
    const socket = (this.options.openSocket ?? ((address) => new WebSocket(address)))(url);
    this.socket = socket;
    socket.onmessage = (message) => this.socket === socket && this.hear(String(message.data));
    socket.onclose = (close) => this.socket === socket && this.closed(close.code);
    this.heardAt = Date.now();
    this.later("look", LOOK, () => this.look());
  }

  private look(): void {
    if (this.socket && Date.now() - this.heardAt > SILENCE) {
      this.broken();
    } else if (this.socket) {
      this.later("look", LOOK, () => this.look());
    }
  }

  /** The line is dead though nobody said so. */
  private broken(): void {
    this.forgetSocket();
    this.tryLater();
  }

  /** The browser says there is no network. */
  private lost(): void {
    if (this.state !== "idle" && this.state !== "signed-out" && this.state !== "reload") {
      this.forgetSocket();
      this.poller.stop();
      clearTimeout(this.timers.again);
      this.become("offline");
    }
  }

  /** The page is put away; `pageshow` brings it back. */
  private drop(): void {
    if (this.socket) {
      this.forgetSocket();
      this.become("idle");
    }
  }

  private forgetSocket(): void {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.timers.look);
    clearTimeout(this.timers.doubt);
    this.resuming.clear();
    for (const { reject } of this.answers.values()) {
      reject(new Refused({ code: "interrupted", message: "" }));
    }
    this.answers.clear();
    socket?.close();
  }

  private closed(code: number): void {
    this.forgetSocket();
    if (this.state === "reload" || code === TOO_OLD) {
      this.end("reload");
    } else if (code === SIGNED_OUT) {
      this.end("signed-out");
    } else {
      this.tryLater(code === TOO_MANY ? SLOW_DOWN : 0);
    }
  }

  private end(state: State): void {
    this.poller.stop();
    for (const timer of Object.values(this.timers)) {
      clearTimeout(timer);
    }
    this.become(state);
  }

  private tryLater(atLeast = 0): void {
    const wait = atLeast + this.backoff.next();
    if (this.state === "polling" || this.backoff.failures > POLL_AFTER) {
      this.become("polling");
      this.poller.start();
      this.later("again", TRY_SOCKET_AGAIN, () => this.open());
    } else {
      this.become("offline");
      this.later("again", wait, () => this.open());
    }
  }

  private hear(text: string): void {
    this.heardAt = Date.now();
    clearTimeout(this.timers.doubt);
    const frame = JSON.parse(text) as ServerFrame;
    if ("stream" in frame && typeof frame.stream === "string" && frame.is !== "ok") {
      this.hearOf(frame.stream, frame as ServerFrame & { stream: string });
      return;
    }
    switch (frame.is) {
      case "welcome":
        this.welcomed();
        break;
      case "ok":
        this.settle(frame.ref, (waiting) => waiting.resolve(frame));
        break;
      case "error":
        this.settle(frame.ref ?? -1, (waiting) => waiting.reject(new Refused(frame)));
        break;
      case "heads":
        this.compare(frame.heads);
        break;
      case "reload":
        this.end("reload");
        break;
      default: // a newer server says more than this tab knows
    }
  }

  private hearOf(name: string, frame: ServerFrame): void {
    const stream = this.streams.get(name);
    if (!stream) {
      return;
    }
    if (frame.is === "event" && !stream.apply(frame)) {
      this.resume(stream);
    } else if (frame.is === "reset") {
      stream.reset(frame.head);
    } else if (frame.is === "here") {
      stream.here(frame.people, frame.more);
    } else if (frame.is === "typing") {
      stream.typing(frame.people.filter((person) => person.id !== this.options.person));
    } else if (frame.is === "gone") {
      this.streams.delete(name);
      stream.gone();
    }
  }

  private welcomed(): void {
    this.backoff.reset();
    this.poller.stop();
    clearTimeout(this.timers.again);
    this.become("live");
    for (const stream of this.streams.values()) {
      this.resume(stream);
    }
    void this.outbox.flush();
  }

  /** Asks for the exact gap, once at a time for each stream. */
  private resume(stream: Stream): void {
    if (this.state !== "live" || stream.isIdle || this.resuming.has(stream.name)) {
      return;
    }
    this.resuming.add(stream.name);
    const wait = stream.isQuiet ? this.pace.turn() : 0;
    if (wait > 0) this.later(`turn ${stream.name}`, wait, () => this.askGap(stream));
    else this.askGap(stream);
  }

  private askGap(stream: Stream): void {
    if (stream.isIdle) {
      this.resuming.delete(stream.name);
      return;
    }
    const quiet = stream.isQuiet ? { quiet: true } : {};
    this.ask("watch", { stream: stream.name, after: stream.cursor, ...quiet })
      .catch((error: Refused) => this.notWatched(stream, error))
      .finally(() => this.resuming.delete(stream.name));
  }

  private notWatched(stream: Stream, error: Refused): void {
    if (error.code === "not_found" || error.code === "forbidden") {
      this.streams.delete(stream.name);
      stream.gone();
    } else if (error.code !== "interrupted") {
      this.later(`resume ${stream.name}`, GAP_PATIENCE, () => this.resume(stream));
    }
  }

  /** The heads say something is missing: unless it arrives by itself, ask for it. */
  private compare(heads: Record<string, number>): void {
    for (const stream of this.streams.values()) {
      const head = heads[stream.name];
      if (head === undefined || head > stream.cursor) {
        this.later(`resume ${stream.name}`, GAP_PATIENCE, () => {
          if (head === undefined || stream.cursor < head) {
            this.resume(stream);
          }
        });
      }
    }
  }

  private polled(outcome: "ok" | "failed" | "signed-out"): void {
    if (outcome === "signed-out") {
      this.end("signed-out");
    } else if (this.state === "polling" && outcome === "ok") {
      void this.outbox.flush();
    }
  }

  private sendDraft(draft: Draft): Promise<Answer> {
    if (this.state === "polling" && this.post) {
      return this.post(draft);
    }
    const { thread, cid, body, replyTo, files = [] } = draft;
    return this.ask("say", {
      thread,
      cid,
      body,
      ...(replyTo === null ? {} : { reply_to: replyTo }),
      ...(files.length ? { files: files.map((file) => file.token) } : {}),
    });
  }

  private settle(
    ref: number,
    how: (waiting: { resolve: (answer: Answer) => void; reject: (error: Refused) => void }) => void,
  ): void {
    const waiting = this.answers.get(ref);
    if (waiting) {
      this.answers.delete(ref);
      how(waiting);
    }
  }

  private write(frame: Record<string, unknown>): boolean {
    if (this.state !== "live" || this.socket?.readyState !== 1) {
      return false;
    }
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private become(state: State): void {
    if (state !== this.state) {
      if (this.state === "live") {
        for (const stream of this.streams.values()) stream.unknown();
      }
      this.state = state;
      for (const listener of this.listeners) {
        listener(state);
      }
    }
  }

  private later(name: string, wait: number, act: () => void): void {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, wait);
  }
}
