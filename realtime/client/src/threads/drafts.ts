import type { CarriedFile } from "../live/index.ts";

/** Words begun and not sent, kept on this device under the person's own name. */

const PREFIX = "parvis:draft:";

/** The message that the words answer, with a glance at it. */
export interface Answered {
  id: string;
  glance: string;
}

export class Draft {
  private readonly key: string;

  constructor(person: number, thread: number) {
    this.key = `${PREFIX}${person}:${thread}`;
  }

  read(): string {
    return attempt(() => localStorage.getItem(this.key)) ?? "";
  }

  keep(words: string): void {
    attempt(() => {
      if (words.trim()) localStorage.setItem(this.key, words);
      else localStorage.removeItem(this.key);
    });
  }

  /** The files that were brought for these words; the server drops them after a day. */
  files(): CarriedFile[] {
    return attempt(() => JSON.parse(localStorage.getItem(this.filesKey) ?? "[]")) ?? [];
  }

  keepFiles(files: CarriedFile[]): void {
    attempt(() => {
      if (files.length) localStorage.setItem(this.filesKey, JSON.stringify(files));
      else localStorage.removeItem(this.filesKey);
    });
  }

  answered(): Answered | null {
    return attempt(() => JSON.parse(localStorage.getItem(this.answeredKey) ?? "null"));
  }

  keepAnswered(answered: Answered | null): void {
    attempt(() => {
      if (answered) localStorage.setItem(this.answeredKey, JSON.stringify(answered));
      else localStorage.removeItem(this.answeredKey);
    });
  }

  private get answeredKey(): string {
    return `${this.key}:answered`;
  }

  private get filesKey(): string {
    return `${this.key}:files`;
  }
}

/** Forget every draft of this device, as when somebody signs out of a shared computer. */
export function forgetDrafts(): void {
  attempt(() => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys) localStorage.removeItem(key);
  });
}

/** Storage may be full or forbidden: then nothing is kept, and nothing breaks. */
function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
