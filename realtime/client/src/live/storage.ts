/** A file under a message, as the server tells it. */
export interface CarriedFile {
  token: string;
  name: string;
  url: string;
  size: number;
  icon: string;
  preview: string;
  width: number;
  height: number;
}

/** Words on their way: kept in the browser until the server says they are committed. */
export interface Draft {
  /** Made here, the same for every try: the server says a thing once however often it is sent. */
  cid: string;
  /** Whose words: another person on the same browser never sends them. */
  person: number;
  thread: number;
  body: string;
  replyTo: number | null;
  /** Files brought before, that go with the words. */
  files?: CarriedFile[];
  writtenAt: string;
  state: "pending" | "failed" | "sent";
  /** Why it failed, for the person. */
  error: string;
}

export interface Storage {
  all(): Promise<Draft[]>;
  put(draft: Draft): Promise<void>;
  remove(cid: string): Promise<void>;
}

/** Drafts for as long as the page lives, where the browser keeps nothing (a private window). */
export class MemoryStorage implements Storage {
  private readonly drafts = new Map<string, Draft>();

  async all(): Promise<Draft[]> {
    return [...this.drafts.values()];
  }

  async put(draft: Draft): Promise<void> {
    this.drafts.set(draft.cid, { ...draft });
  }

  async remove(cid: string): Promise<void> {
    this.drafts.delete(cid);
  }
}

/** Drafts in IndexedDB. Falls back to memory when it cannot be opened. */
export class BrowserStorage implements Storage {
  private readonly fallback = new MemoryStorage();
  private opened: Promise<IDBDatabase | null> | null = null;

  async all(): Promise<Draft[]> {
    const drafts = await this.run<Draft[]>("readonly", (store) => store.getAll());
    return drafts ?? (await this.fallback.all());
  }

  async put(draft: Draft): Promise<void> {
    if ((await this.run("readwrite", (store) => store.put(draft))) === null) {
      await this.fallback.put(draft);
    }
  }

  async remove(cid: string): Promise<void> {
    await this.run("readwrite", (store) => store.delete(cid));
    await this.fallback.remove(cid);
  }

  private async run<T>(
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest,
  ): Promise<T | null> {
    this.opened ??= open();
    const database = await this.opened;
    if (!database) {
      return null;
    }
    return new Promise((resolve) => {
      const transaction = database.transaction("drafts", mode);
      const request = ask(transaction.objectStore("drafts"));
      transaction.oncomplete = () => resolve(request.result as T);
      transaction.onabort = () => resolve(null);
    });
  }
}

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("parvis", 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore("drafts", { keyPath: "cid" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}
