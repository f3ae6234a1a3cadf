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
    return load<CarriedFile[]>(this.filesKey) ?? [];
  }

  keepFiles(files: CarriedFile[]): void {
    save(this.filesKey, files.length ? files : null);
  }

  answered(): Answered | null {
    return load<Answered>(this.answeredKey);
  }

  keepAnswered(answered: Answered | null): void {
    save(this.answeredKey, answered);
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
  forgetAll(PREFIX);
}

/** Forget all that this device keeps under names that begin so. */
export function forgetAll(prefix: string): void {
  attempt(() => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    for (const key of keys) localStorage.removeItem(key);
  });
}

function load<T>(key: string): T | null {
  return attempt(() => JSON.parse(localStorage.getItem(key) ?? "null"));
}

/** Null forgets it. */
function save(key: string, value: unknown): void {
  attempt(() => {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
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
