import { IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";
import { attempt, drop, forgetOld, later, type Note, PREFIX, read } from "./kept.ts";
import type { Memory } from "./provider.ts";

/**
 * The copy of a text that one person has on this device, for the next time and for when the line is down. Where the
 * browser keeps nothing, there is none, and nothing breaks.
 */
export class LocalCopy implements Memory {
  private readonly key: string;
  private note: Note | null;
  private kept: IndexeddbPersistence | null = null;

  constructor(person: number, document: number) {
    this.key = `${PREFIX}${person}:${document}`;
    this.note = read(this.key);
  }

  /** The epoch of the copy, null where there is none. */
  get epoch(): number | null {
    return this.note?.epoch ?? null;
  }

  /** Reads the copy into `doc`, if it is one of this schema, and keeps it up to date from then on. */
  async open(doc: Y.Doc, schema: number): Promise<void> {
    forgetOld();
    if (this.note && this.note.schema !== schema) await this.discard();
    if (this.note) await this.follow(doc);
  }

  /** The server says which text this is: where there was no copy, there is one now. */
  async begin(doc: Y.Doc, epoch: number, schema: number): Promise<void> {
    if (!this.note) this.write({ epoch, schema, at: Date.now(), own: {} });
    else this.write({ ...this.note, at: Date.now() });
    if (!this.kept) await this.follow(doc);
  }

  all(): Map<number, number> {
    const own = Object.entries(this.note?.own ?? this.early);
    return new Map(own.map(([client, clock]) => [Number(client), clock]));
  }

  put(client: number, clock: number): void {
    if (this.note) this.change((own) => ({ ...own, [client]: clock }));
    else this.early[client] = clock;
  }

  forget(client: number): void {
    this.change((own) =>
      Object.fromEntries(Object.entries(own).filter(([id]) => Number(id) !== client)),
    );
  }

  /** Throws the copy away. */
  async discard(): Promise<void> {
    const name = this.name;
    this.note = null;
    attempt(() => localStorage.removeItem(this.key));
    const { kept } = this;
    this.kept = null;
    if (kept) await kept.destroy().catch(() => undefined);
    if (name) await drop(name);
  }

  async close(): Promise<void> {
    await this.kept?.destroy().catch(() => undefined);
    this.kept = null;
  }

  /** What was written before the server's first word. */
  private early: Record<string, number> = {};

  private get name(): string {
    return this.note ? `${this.key}:${this.note.epoch}` : "";
  }

  private async follow(doc: Y.Doc): Promise<void> {
    if (!globalThis.indexedDB || !(await canKeep())) return;
    this.kept = new IndexeddbPersistence(this.name, doc);
    await Promise.race([this.kept.whenSynced, later(3_000)]);
  }

  private change(how: (own: Record<string, number>) => Record<string, number>): void {
    const latest = read(this.key) ?? this.note; // another tab may have written too
    if (this.note && latest) this.write({ ...latest, own: how(latest.own) });
  }

  private write(note: Note): void {
    this.note = { ...note, own: { ...this.early, ...note.own } };
    this.early = {};
    attempt(() => localStorage.setItem(this.key, JSON.stringify(this.note)));
  }
}

/** A private window may have an IndexedDB that cannot be opened. */
function canKeep(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(`${PREFIX}probe`);
      request.onsuccess = () => {
        request.result.close();
        resolve(true);
      };
      request.onerror = () => resolve(false);
    } catch {
      resolve(false);
    }
  });
}
