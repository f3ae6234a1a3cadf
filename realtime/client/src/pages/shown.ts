export interface ShownKinds {
  images: { url: string; width: number; height: number; alt: string };
  files: { name: string; size: string | number; url: string };
  pages: { title: string; url: string };
  documents: { title: string; url: string };
  messages: { author: string; excerpt: string; url: string };
  cards: Card;
}

/** What stands at an address of ours. */
export interface Card {
  address: string;
  icon: string;
  title: string;
  place: string;
  line: string;
}

type Kind = keyof ShownKinds;
/** A number, or the address of a card. */
export type Id = number | string;
type Told = { [kind in Kind]?: Record<string, ShownKinds[kind]> };

const GATHER = 20;
const AT_ONCE = 60;

/**
 * What pictures, files, pages, messages and cards look like to this person, asked for together and once. Null is what they do
 * not see; when the line is down it is asked again the next time.
 */
export class Shown {
  private readonly known = new Map<string, unknown>();
  private readonly asked = new Map<string, Promise<unknown>>();
  private waiting: { key: string; tell: (told: unknown) => void; fail: () => void }[] = [];

  constructor(private readonly address: string) {}

  /** What is known now; undefined where it must be asked for. */
  now<Name extends Kind>(kind: Name, id: Id): ShownKinds[Name] | null | undefined {
    return this.known.get(`${kind}:${id}`) as ShownKinds[Name] | null | undefined;
  }

  /** What was just made here, and need not be asked for. */
  learn<Name extends Kind>(kind: Name, id: Id, told: ShownKinds[Name]): void {
    this.known.set(`${kind}:${id}`, told);
  }

  /** What changed since, and is to be asked for again. */
  forget(kind: Kind, id: number): void {
    this.known.delete(`${kind}:${id}`);
  }

  /** Rejects when the line is down. */
  ask<Name extends Kind>(kind: Name, id: Id): Promise<ShownKinds[Name] | null> {
    const key = `${kind}:${id}`;
    if (this.known.has(key)) return Promise.resolve(this.now(kind, id) ?? null);
    const before = this.asked.get(key);
    if (before) return before as Promise<ShownKinds[Name] | null>;
    const promise = new Promise<unknown>((tell, reject) => {
      this.waiting.push({ key, tell, fail: () => reject(new Error("not shown")) });
    });
    this.asked.set(key, promise);
    if (this.waiting.length === 1) setTimeout(() => this.gather(), GATHER);
    return promise as Promise<ShownKinds[Name] | null>;
  }

  private gather(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let at = 0; at < all.length; at += AT_ONCE) void this.fetch(all.slice(at, at + AT_ONCE));
  }

  private async fetch(some: typeof this.waiting): Promise<void> {
    const wanted = new URLSearchParams();
    for (const { key } of some) {
      const [kind = "", id = ""] = key.split(":");
      wanted.set(kind, [wanted.get(kind), id].filter(Boolean).join(","));
    }
    const told = await this.get(wanted);
    for (const { key, tell, fail } of some) {
      this.asked.delete(key);
      if (!told) {
        fail();
        continue;
      }
      const [kind = "", id = ""] = key.split(":");
      const found = told[kind as Kind]?.[id] ?? null;
      this.known.set(key, found);
      tell(found);
    }
  }

  private async get(wanted: URLSearchParams): Promise<Told | null> {
    try {
      const answer = await fetch(`${this.address}?${wanted}`, { credentials: "same-origin" });
      return answer.ok ? ((await answer.json()) as Told) : null;
    } catch {
      return null;
    }
  }
}
