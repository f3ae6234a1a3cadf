import type { Person } from "./calling.ts";
import type { Card } from "./shown.ts";

/** Something that can be linked to or listed. */
export interface Found {
  kind: "page" | "document";
  id: number;
  title: string;
  where: string;
  url: string;
}

interface Answer {
  pages?: { id: number; title: string; where: string; url: string }[];
  cards?: Card[];
  people?: Person[];
  documents?: { id: number; title: string; url: string }[];
}

/** Searches pages and documents that this person sees. */
export class Finder {
  private running: AbortController | null = null;

  constructor(
    private readonly address: string,
    private readonly peopleAddress: string,
  ) {}

  /** Colleagues who see the page, by the beginning of their names. */
  async people(words: string): Promise<Person[] | null> {
    const told = await this.ask({ q: words }, this.peopleAddress);
    return told && (told.people ?? []);
  }

  /** Conversations, polls and what else can be shown in a page; the freshest for no words. */
  async cards(words: string): Promise<Card[] | null> {
    const told = await this.ask({ cards: "", q: words });
    return told && (told.cards ?? []);
  }

  /** What is found for `words`; null when a later search overtook this one, or the line is down. */
  async find(words: string): Promise<Found[] | null> {
    const told = await this.ask({ q: words });
    return told && listed(told);
  }

  private async ask(about: Record<string, string>, address = this.address): Promise<Answer | null> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    try {
      const asked = `${address}?${new URLSearchParams(about)}`;
      const answer = await fetch(asked, { signal: running.signal, credentials: "same-origin" });
      return answer.ok ? ((await answer.json()) as Answer) : null;
    } catch {
      return null;
    }
  }
}

function listed({ pages = [], documents = [] }: Answer): Found[] {
  return [
    ...pages.map((page) => ({ kind: "page" as const, ...page })),
    ...documents.map((file) => ({ kind: "document" as const, where: "", ...file })),
  ];
}
