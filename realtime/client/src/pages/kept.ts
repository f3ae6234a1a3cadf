// The copies of texts on this device: where they are, and how they go. Light, for the form that signs out needs it too.

export const PREFIX = "parvis:text:";
const LATEST = 30 * 24 * 3600 * 1000;

/** What this device knows of its copy of one text. */
export interface Note {
  epoch: number;
  schema: number;
  at: number;
  /** The client ids of this person, and how far the server has each. */
  own: Record<string, number>;
}

/** Throws away every copy on this device, as when somebody signs out. */
export async function forgetCopies(): Promise<void> {
  await Promise.all(keys().map(forget));
}

/** Copies that nobody came back to for a month go, unless they hold what the server does not have. */
export function forgetOld(now = Date.now()): void {
  for (const key of keys()) {
    const note = read(key);
    if (!note || (now - note.at > LATEST && !Object.keys(note.own).length)) void forget(key);
  }
}

/** The note under `key`, null where there is none that can be read. */
export function read(key: string): Note | null {
  const told = attempt(() => JSON.parse(localStorage.getItem(key) ?? "null") as Note | null);
  return told && typeof told.epoch === "number" && told.own ? told : null;
}

/** Deletes a database; a tab that still holds it open is not waited for. */
export function drop(name: string): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    const request = attempt(() => indexedDB.deleteDatabase(name));
    if (!request) return resolve();
    request.onsuccess = request.onerror = () => resolve();
  });
  return Promise.race([gone, later(1_000)]);
}

export function later(wait: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait));
}

/** Storage may be full or forbidden: then nothing is kept, and nothing breaks. */
export function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}

async function forget(key: string): Promise<void> {
  const note = read(key);
  attempt(() => localStorage.removeItem(key));
  if (note) await drop(`${key}:${note.epoch}`);
}

function keys(): string[] {
  return attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) ?? [];
}
