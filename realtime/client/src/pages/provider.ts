// One tab's line to a text that several write: the protocol of docs/coediting.md. Runs in Node too, with a WebSocket given.
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from "y-protocols/awareness";
import * as Y from "yjs";
import { Backoff } from "../live/backoff.ts";
import { bringsMore, deletionsOf, MOST, parts } from "./parts.ts";
import * as wire from "./wire.ts";
import { ENDS, PROTOCOL, type ServerFrame, type You } from "./wire.ts";

/** The part of a WebSocket that is used here. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
  onerror: ((error: unknown) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

/**
 * `connecting`; `live`; `offline` and trying again; and for good: `refused` by the gate, `signed-out`, `no-right`,
 * `gone`, `anew` (another text took its place: throw the copy away), `reload` (this tab is too old), `closed` by us.
 */
export type Line =
  | "connecting"
  | "live"
  | "offline"
  | "refused"
  | "signed-out"
  | "no-right"
  | "gone"
  | "anew"
  | "reload"
  | "closed";

export interface Status {
  line: Line;
  /** The text is here, as the server has it. */
  isSynced: boolean;
  /** Whether this person may write; null until the server said so. */
  mode: "read" | "write" | null;
  /** Why not, as a code and in the person's language. */
  why: string;
  words: string;
  /** Something written here is not committed yet. */
  isUnsaved: boolean;
  /** Why the server did not keep what was written: the code of its last refusal, "" for none. */
  refusal: string;
  /** When the text was last kept as a version of its page. */
  keptAt: string;
}

/** What this device remembers of the client ids under which it wrote: how far each is committed. */
export interface Memory {
  all(): Map<number, number>;
  put(client: number, clock: number): void;
  forget(client: number): void;
}

export interface Options {
  /** `wss://.../live/documents/7` */
  url: string;
  doc: Y.Doc;
  /** The version of the schema that this client knows. */
  schema: number;
  /** The epoch of the local copy, when there is one. */
  epoch?: number | null;
  openSocket?: (url: string) => Socket;
  random?: () => number;
  memory?: Memory;
}

interface Events {
  status: (status: Status) => void;
  /** The server says who this is and which text: at every greeting. */
  hello: (epoch: number, you: You) => void;
  /** The others changed something. */
  heard: () => void;
}

const FLUSH = 30;
const AWARENESS = 80;
const SILENCE = 20_000;
const PONG = 6_000;
const DOUBT = 8_000;
const SLOW_DOWN = 30_000;
const CROWD = 8_000;
const ROOM = 5_000;
const ROOM_LATER = 60_000;
const SAVED = 20_000;
const FOR_GOOD: Line[] = ["refused", "signed-out", "no-right", "gone", "anew", "reload", "closed"];
const REFUSALS = [
  "malformed",
  "gap",
  "unknown",
  "misplaced",
  "cut",
  "schema",
  "not_yours",
  "too_big",
];
const LINES: Record<number, Line> = {
  [ENDS.refused]: "refused",
  [ENDS.signedOut]: "signed-out",
  [ENDS.noRight]: "no-right",
  [ENDS.resync]: "anew",
  [ENDS.gone]: "gone",
  [ENDS.tooOld]: "reload",
};

export class Provider {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  you: You | null = null;
  epoch: number | null;
  status: Status = {
    line: "connecting",
    isSynced: false,
    mode: null,
    why: "",
    words: "",
    isUnsaved: false,
    refusal: "",
    keptAt: "",
  };

  private readonly options: Options;
  private readonly backoff: Backoff;
  private readonly memory: Memory;
  private readonly listeners: { [name in keyof Events]: Set<Events[name]> } = {
    status: new Set(),
    hello: new Set(),
    heard: new Set(),
  };
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly saves: ((saved: boolean) => void)[] = [];
  private socket: Socket | null = null;
  private heardAt = 0;
  /** The server asked for what it lacks and was answered: what is written from now on goes as it is made. */
  private isFlowing = false;
  private queue: Uint8Array[] = [];
  private sent = 0;
  private answered = 0;
  /** Up to which update of this connection everything that is ours is in what was sent. */
  private wholeAt = 0;
  private clocks: { n: number; clock: number }[] = [];

  constructor(options: Options) {
    this.options = options;
    this.doc = options.doc;
    this.epoch = options.epoch ?? null;
    this.backoff = new Backoff(500, 30_000, options.random);
    this.memory = options.memory ?? new Forgetful();
    this.awareness = new Awareness(this.doc);
    this.awareness.setLocalState({ cursor: null });
    this.awareness.on("update", this.told);
    this.doc.on("update", this.changed);
    this.become({ isUnsaved: this.uncommitted().length > 0 });
  }

  on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void {
    this.listeners[name].add(listener);
    return () => this.listeners[name].delete(listener);
  }

  /** Opens the line, now; nothing happens while it is open, or once it ended for good. */
  connect(): void {
    this.stop("again");
    if (this.socket || this.isOver) return;
    this.become({ line: "connecting" });
    const url = `${this.options.url}?protocol=${PROTOCOL}`;
    const open = this.options.openSocket ?? ((address) => new WebSocket(address) as Socket);
    const socket = open(url);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.socket === socket && this.hear(data);
    socket.onclose = ({ code }) => this.socket === socket && this.ended(code);
    socket.onerror = () => {}; // `close` follows
    this.socket = socket;
    this.heardAt = Date.now();
    this.later("silence", SILENCE, () => this.doubt());
  }

  /** The machine woke or the network is back: is the line still good? */
  wake(): void {
    if (this.isOver) return;
    if (!this.socket) {
      this.backoff.reset();
      this.connect();
    } else if (Date.now() - this.heardAt > DOUBT) {
      this.doubt();
    }
  }

  /** There is no network: what is written stays here. */
  lost(): void {
    if (this.isOver) return;
    this.hangUp();
    this.stop("again");
    this.become({ line: "offline" });
  }

  /** Sends what waits, without waiting for more. */
  flush(): void {
    this.stop("flush");
    if (!this.queue.length || !this.isFlowing) return;
    const waiting = this.queue;
    this.queue = [];
    const whole = waiting.length === 1 ? (waiting[0] as Uint8Array) : Y.mergeUpdates(waiting);
    this.sendParts(whole);
  }

  /** Asks the server to keep the text as a version of its page; whether it did. */
  save(): Promise<boolean> {
    this.flush();
    if (this.status.mode !== "write" || !this.write(JSON.stringify({ do: "save" }))) {
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      this.saves.push(resolve);
      this.later("saved", SAVED, () => this.settleSaves(false));
    });
  }

  /** What was written here and is not committed: the words of each block, in the order of the text. */
  unsent(): string[] {
    const found = new Set<Y.XmlText>();
    for (const [client, from] of this.uncommitted()) {
      for (const struct of this.doc.store.clients.get(client) ?? []) {
        const isNew = struct.id.clock + struct.length > from;
        if (!isNew || !(struct instanceof Y.Item) || struct.deleted) continue;
        if (struct.content instanceof Y.ContentString && struct.parent instanceof Y.XmlText) {
          found.add(struct.parent);
        }
      }
    }
    return [...texts(this.doc)].filter((text) => found.has(text)).map(wordsOf);
  }

  /** Hangs up for good. */
  close(): void {
    this.flush();
    this.hangUp();
    for (const name of [...this.timers.keys()]) this.stop(name);
    this.become({ line: "closed" });
    this.settleSaves(false);
    this.doc.off("update", this.changed);
    this.awareness.off("update", this.told);
    this.awareness.destroy();
  }

  private get isOver(): boolean {
    return FOR_GOOD.includes(this.status.line);
  }

  // --- what is written here ---

  private readonly changed = (
    change: Uint8Array,
    origin: unknown,
    _doc: Y.Doc,
    by: Y.Transaction,
  ) => {
    if (origin === this) {
      this.tell("heard");
      return;
    }
    if (!by.local) return; // of the local copy: the server will ask for what it lacks
    if (!this.memory.all().has(this.doc.clientID)) this.memory.put(this.doc.clientID, 0);
    this.become({ isUnsaved: true });
    if (this.isFlowing) {
      this.queue.push(change);
      if (!this.timers.has("flush")) this.later("flush", FLUSH, () => this.flush());
    } else if (this.status.refusal === "full" && !this.timers.has("less")) {
      this.later("less", ROOM, () => this.ask()); // it may be shorter now
    }
  };

  private sendParts(whole: Uint8Array): void {
    for (const part of parts(whole, MOST)) this.sendUpdate(wire.update(part));
    this.wholeAt = this.sent;
    this.clocks.push({ n: this.sent, clock: Y.getState(this.doc.store, this.doc.clientID) });
  }

  private sendUpdate(frame: Uint8Array): void {
    if (this.write(frame)) this.sent += 1;
  }

  // --- what the server says ---

  private hear(data: unknown): void {
    this.heardAt = Date.now();
    this.stop("pong");
    this.later("silence", SILENCE, () => this.doubt());
    if (typeof data === "string") {
      this.obey(JSON.parse(data) as ServerFrame);
      return;
    }
    const heard = wire.read(new Uint8Array(data as ArrayBuffer));
    if (heard?.is === "update") Y.applyUpdate(this.doc, heard.data, this);
    else if (heard?.is === "vector") this.answer(heard.data);
    else if (heard?.is === "awareness") applyAwarenessUpdate(this.awareness, heard.data, this);
  }

  private obey(frame: ServerFrame): void {
    switch (frame.is) {
      case "hello":
        this.greeted(frame);
        break;
      case "synced":
        this.backoff.reset();
        this.become({ isSynced: true });
        this.showMyself();
        break;
      case "ack":
        this.acknowledged(frame.n);
        break;
      case "nack":
        this.notKept(frame.n, frame.why);
        break;
      case "mode":
        if (frame.mode === "read") this.hold();
        this.become({ mode: frame.mode, why: frame.why, words: frame.words });
        break;
      case "saved":
        this.become({ keptAt: frame.at });
        this.settleSaves(true);
        break;
      case "bye":
        this.ended(frame.code);
        break;
      default: // `pong`, or what a newer server says
    }
  }

  private greeted(hello: ServerFrame & { is: "hello" }): void {
    if (hello.schema !== this.options.schema) {
      this.end("reload");
      return;
    }
    if (this.epoch !== null && hello.epoch !== this.epoch) {
      this.end("anew");
      return;
    }
    this.epoch = hello.epoch;
    this.you = hello.you;
    this.become({ line: "live", mode: hello.mode, why: hello.why, words: hello.words });
    this.tell("hello", hello.epoch, hello.you);
    this.ask();
  }

  private ask(): void {
    this.write(wire.step1(Y.encodeStateVector(this.doc)));
  }

  /** The server says how far it has come, and gets the rest. */
  private answer(vector: Uint8Array): void {
    const known = Y.decodeStateVector(vector);
    for (const client of this.memory.all().keys()) this.committed(client, known.get(client) ?? 0);
    this.queue = [];
    this.stop("flush");
    const lacks = Y.encodeStateAsUpdate(this.doc, vector);
    if (this.status.refusal === "full") {
      const deletions = deletionsOf(lacks, vector); // these pass, and make room for the rest
      if (deletions) for (const part of parts(deletions)) this.sendUpdate(wire.update(part));
    }
    if (lacks.length <= MOST) {
      this.sendUpdate(wire.step2(lacks));
      this.wholeAt = this.sent;
      this.clocks.push({ n: this.sent, clock: Y.getState(this.doc.store, this.doc.clientID) });
    } else {
      this.sendParts(lacks);
    }
    this.isFlowing = true;
    this.become({ isUnsaved: bringsMore(lacks, vector) || this.status.isUnsaved, refusal: "" });
  }

  private acknowledged(n: number): void {
    this.answered = Math.max(this.answered, n);
    while (this.clocks[0] && this.clocks[0].n <= n) {
      this.committed(this.doc.clientID, this.clocks.shift()?.clock ?? 0);
    }
    this.settle();
  }

  /** Everything written here is committed, or not. */
  private settle(): void {
    if (!this.isFlowing || this.queue.length || this.answered < this.wholeAt) return;
    for (const [client, clock] of this.memory.all()) {
      const here = Y.getState(this.doc.store, client); // nothing, of another tab of this browser
      if (client !== this.doc.clientID && here && clock >= here) this.memory.forget(client);
    }
    this.become({ isUnsaved: false });
  }

  private committed(client: number, clock: number): void {
    const before = this.memory.all().get(client);
    if (before !== undefined && clock > before) this.memory.put(client, clock);
  }

  /** The server did not keep it: nothing that follows can be placed, until it asks for what it lacks. */
  private notKept(n: number, why: string): void {
    this.answered = Math.max(this.answered, n);
    this.hold();
    this.become({ isUnsaved: true, refusal: why });
    if (REFUSALS.includes(why)) this.end("refused");
    else if (why === "full") this.later("room", ROOM_LATER, () => this.ask());
  }

  private hold(): void {
    this.isFlowing = false;
    this.queue = [];
    this.clocks = [];
    this.wholeAt = Number.POSITIVE_INFINITY;
    this.stop("flush");
  }

  // --- the line ---

  private ended(code: number): void {
    const line = LINES[code];
    if (line) {
      this.end(line);
      return;
    }
    this.hangUp();
    this.become({ line: "offline" });
    const atLeast = code === ENDS.tooFast ? SLOW_DOWN : code === ENDS.full ? CROWD : 0;
    this.later("again", atLeast + this.backoff.next(), () => this.connect());
  }

  private end(line: Line): void {
    this.hangUp();
    this.stop("again");
    this.become({ line });
  }

  private doubt(): void {
    if (!this.socket) return;
    this.write(JSON.stringify({ do: "ping" }));
    this.later("pong", PONG, () => this.ended(1006));
  }

  private hangUp(): void {
    const { socket } = this;
    this.socket = null;
    for (const name of ["flush", "silence", "pong", "cursor", "room", "less"]) this.stop(name);
    this.hold();
    this.wholeAt = this.sent = this.answered = 0;
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
    this.settleSaves(false);
    socket?.close();
  }

  private write(frame: string | Uint8Array): boolean {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(frame as string);
    return true;
  }

  // --- who is where ---

  private readonly told = (_: unknown, origin: unknown) => {
    if (origin === this || this.timers.has("cursor")) return;
    this.later("cursor", AWARENESS, () => this.sayWhere());
  };

  /** Twice: the others have heard that we left, with a clock of its own. */
  private showMyself(): void {
    const state = this.awareness.getLocalState();
    this.awareness.setLocalState(state);
    this.awareness.setLocalState(state);
    this.sayWhere();
  }

  private sayWhere(): void {
    this.stop("cursor");
    if (!this.status.isSynced || this.status.mode !== "write") return;
    this.write(wire.awareness(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])));
  }

  // --- small things ---

  /** How far each client id of ours is committed, where something is not. */
  private uncommitted(): [number, number][] {
    return [...this.memory.all()].filter(
      ([client, clock]) => Y.getState(this.doc.store, client) > clock,
    );
  }

  private become(change: Partial<Status>): void {
    const before = this.status;
    this.status = { ...before, ...change };
    if (
      Object.keys(change).some(
        (name) => before[name as keyof Status] !== change[name as keyof Status],
      )
    ) {
      this.tell("status", this.status);
    }
  }

  private tell<Name extends keyof Events>(name: Name, ...told: Parameters<Events[Name]>): void {
    for (const listener of this.listeners[name])
      (listener as (...told: unknown[]) => void)(...told);
  }

  private settleSaves(saved: boolean): void {
    this.stop("saved");
    for (const resolve of this.saves.splice(0)) resolve(saved);
  }

  private later(name: string, wait: number, act: () => void): void {
    this.stop(name);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        act();
      }, wait),
    );
  }

  private stop(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}

/** Remembers for as long as the page lives. */
export class Forgetful implements Memory {
  private readonly clocks = new Map<number, number>();

  all(): Map<number, number> {
    return new Map(this.clocks);
  }

  put(client: number, clock: number): void {
    this.clocks.set(client, clock);
  }

  forget(client: number): void {
    this.clocks.delete(client);
  }
}

function* texts(doc: Y.Doc): Generator<Y.XmlText> {
  for (const name of doc.share.keys()) {
    for (const found of doc.getXmlFragment(name).createTreeWalker(() => true)) {
      if (found instanceof Y.XmlText) yield found;
    }
  }
}

/** The letters of a text, without their marks. */
export function wordsOf(text: Y.XmlText): string {
  const told = text.toDelta() as { insert: unknown }[];
  return told.map(({ insert }) => (typeof insert === "string" ? insert : "")).join("");
}
