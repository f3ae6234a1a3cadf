/** What the server says is new, by place and by conversation: `/unread/`. */
export interface UnreadState {
  spaces: { pk: number; unread: number }[];
  threads: { pk: number; space: number; head: number; unread: number; awaits: boolean }[];
  /** How many conversations hold an answer to the person that they have not read. */
  turn: number;
}

/** A conversation in the eyes of this browser. */
interface Known {
  space: number;
  unread: number;
  /** The place of the last message heard of. */
  head: number;
  /** Whether the person takes part: what others say there is an answer to them. */
  awaits: boolean;
}

/**
 * What is new to this person, kept in step with what is told until the server is asked again. It needs no
 * answer of the server for each message: a conversation that was read and gets words is one more for its place.
 */
export class Unread {
  readonly spaces = new Map<number, number>();
  turn = 0;
  private readonly threads = new Map<number, Known>();

  /** Take what the server says instead of what was known. */
  take(state: UnreadState): void {
    this.spaces.clear();
    this.threads.clear();
    for (const { pk, unread } of state.spaces) this.spaces.set(pk, unread);
    for (const { pk, ...known } of state.threads) this.threads.set(pk, known);
    this.turn = state.turn;
  }

  knows(thread: number): boolean {
    return this.threads.has(thread);
  }

  /** Somebody else said something; the number that is new there now, null for an unknown conversation. */
  said(thread: number, seq: number): number | null {
    const known = this.threads.get(thread);
    if (!known || seq <= known.head) return known?.unread ?? null;
    known.head = seq;
    known.unread += 1;
    if (known.unread === 1) this.add(known, 1);
    return known.unread;
  }

  /** The person has read a conversation up to a place; whether all of it is read now. */
  read(thread: number, seq: number): boolean {
    const known = this.threads.get(thread);
    if (!known || seq < known.head) return false;
    if (known.unread > 0) this.add(known, -1);
    known.unread = 0;
    return true;
  }

  /** The person takes part in a conversation from now on. */
  spoke(thread: number): void {
    const known = this.threads.get(thread);
    if (known) known.awaits = true;
  }

  private add({ space, awaits }: Known, by: number): void {
    this.spaces.set(space, Math.max(0, (this.spaces.get(space) ?? 0) + by));
    if (awaits) this.turn = Math.max(0, this.turn + by);
  }
}
