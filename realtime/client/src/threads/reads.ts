/** How far this person has read, told between the parts of a page: private to them, as everywhere. */
export type ReadListener = (thread: number, seq: number) => void;

const places = new Map<number, number>();
const listeners = new Set<ReadListener>();

/** Tell that a conversation has been read up to a place. */
export function tellRead(thread: number, seq: number): void {
  if ((places.get(thread) ?? 0) >= seq) return;
  places.set(thread, seq);
  for (const listener of listeners) listener(thread, seq);
}

/** Hear of what is read from now on, and of what was on this page before; returns how to stop. */
export function onRead(listener: ReadListener): () => void {
  listeners.add(listener);
  for (const [thread, seq] of places) listener(thread, seq);
  return () => listeners.delete(listener);
}
