// An update of Yjs cut into several, each small enough for the server. Runs in Node too.
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** The server takes 256,000 bytes; an encoder says a little more than was counted. */
export const MOST = 240_000;

type Struct = Y.Item | Y.GC;
type Deleted = Map<number, { clock: number; len: number }[]>;

const PIECE = 60_000; // letters of one string: at most 180,000 bytes
const RANGES = 8_000; // deletions of one part

/**
 * `update` as one or more that can be applied one after the other, none bigger than `most`: nothing leans on what
 * comes later. What a part deletes is known by then.
 */
export function parts(update: Uint8Array, most = MOST): Uint8Array[] {
  if (update.length <= most) return [update];
  const { structs, ds } = Y.decodeUpdate(update);
  const made: Uint8Array[] = [];
  let part: Struct[] = [];
  let size = 0;
  for (const struct of inOrder(structs.flatMap(pieces))) {
    const bytes = sizeOf(struct);
    if (part.length && size + bytes > most) {
      made.push(encoded(part, new Map()));
      part = [];
      size = 0;
    }
    part.push(struct);
    size += bytes;
  }
  if (part.length) made.push(encoded(part, new Map()));
  for (const some of someOf(ds.clients as Deleted)) made.push(encoded([], some));
  return made;
}

/** The deletions in `update` of what somebody knows who has come as far as `vector`; null when there are none. */
export function deletionsOf(update: Uint8Array, vector: Uint8Array): Uint8Array | null {
  const known = Y.decodeStateVector(vector);
  const kept: Deleted = new Map();
  for (const [client, ranges] of Y.decodeUpdate(update).ds.clients as Deleted) {
    const end = known.get(client) ?? 0;
    const within = ranges
      .filter(({ clock }) => clock < end)
      .map(({ clock, len }) => ({ clock, len: Math.min(len, end - clock) }));
    if (within.length) kept.set(client, within);
  }
  return kept.size ? encoded([], kept) : null;
}

/** Whether `update` brings anything that somebody does not know who has come as far as `vector`. */
export function bringsMore(update: Uint8Array, vector: Uint8Array): boolean {
  const known = Y.decodeStateVector(vector);
  const { structs } = Y.decodeUpdate(update);
  return structs.some(
    (struct) =>
      !(struct instanceof Y.Skip) &&
      struct.id.clock + struct.length > (known.get(struct.id.client) ?? 0),
  );
}

/** A string too long for one part is several items, one to the right of the other. */
function pieces(struct: Y.Item | Y.GC | Y.Skip): Struct[] {
  if (struct instanceof Y.Skip) return [];
  if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return [struct];
  const { id, content, rightOrigin, parent, parentSub } = struct;
  if (content.str.length <= PIECE) return [struct];
  const cut: Y.Item[] = [];
  let { origin } = struct;
  for (let at = 0; at < content.str.length; ) {
    const words = content.str.slice(at, end(content.str, at + PIECE));
    const here = Y.createID(id.client, id.clock + at);
    cut.push(
      new Y.Item(
        here,
        null,
        origin,
        null,
        rightOrigin,
        parent,
        parentSub,
        new Y.ContentString(words),
      ),
    );
    at += words.length;
    origin = Y.createID(id.client, id.clock + at - 1);
  }
  return cut;
}

/** Never between the two halves of a letter. */
function end(words: string, at: number): number {
  return /[\uD800-\uDBFF]/.test(words[at - 1] ?? "") ? at - 1 : at;
}

/** In the order in which they can be placed. */
function inOrder(structs: Struct[]): Struct[] {
  const waiting = new Map<number, Struct[]>();
  for (const struct of structs) {
    const own = waiting.get(struct.id.client) ?? [];
    waiting.set(struct.id.client, own);
    own.push(struct);
  }
  for (const own of waiting.values()) own.sort((a, b) => b.id.clock - a.id.clock);
  const placed: Struct[] = [];
  for (const first of waiting.keys()) {
    const stack = [first];
    while (stack.length) {
      const client = stack[stack.length - 1] as number;
      const next = waiting.get(client)?.at(-1);
      const wanted = next && missing(next, waiting, stack);
      if (wanted !== undefined) {
        stack.push(wanted);
      } else if (next) {
        placed.push(next);
        waiting.get(client)?.pop();
        if (stack.length > 1) stack.pop();
      } else {
        stack.pop();
      }
    }
  }
  return placed;
}

/** The client whose structs must be placed before `struct`. */
function missing(
  struct: Struct,
  waiting: Map<number, Struct[]>,
  stack: number[],
): number | undefined {
  if (!(struct instanceof Y.Item)) return undefined;
  const { origin, rightOrigin } = struct;
  const parent = struct.parent instanceof Y.ID ? struct.parent : null;
  for (const id of [origin, rightOrigin, parent]) {
    const first = id && id.client !== struct.id.client ? waiting.get(id.client)?.at(-1) : null;
    if (id && first && first.id.clock <= id.clock && !stack.includes(id.client)) return id.client;
  }
  return undefined;
}

/** Deletions, some at a time. */
function someOf(deleted: Deleted): Deleted[] {
  const all = [...deleted].flatMap(([client, ranges]) =>
    ranges.map((range) => ({ client, range })),
  );
  const some: Deleted[] = [];
  for (let at = 0; at < all.length; at += RANGES) {
    const part: Deleted = new Map();
    for (const { client, range } of all.slice(at, at + RANGES)) {
      const ranges = part.get(client);
      if (ranges) ranges.push(range);
      else part.set(client, [range]);
    }
    some.push(part);
  }
  return some;
}

function sizeOf(struct: Struct): number {
  const encoder = new Y.UpdateEncoderV1();
  struct.write(encoder, 0);
  return encoder.toUint8Array().length + 12; // what a client's run may say before it
}

function encoded(structs: Struct[], deleted: Deleted): Uint8Array {
  const runs = new Map<number, Struct[]>();
  for (const struct of structs) {
    const run = runs.get(struct.id.client);
    if (run) run.push(struct);
    else runs.set(struct.id.client, [struct]);
  }
  const encoder = new Y.UpdateEncoderV1();
  encoding.writeVarUint(encoder.restEncoder, runs.size);
  for (const [client, run] of [...runs].sort(([a], [b]) => b - a)) {
    encoding.writeVarUint(encoder.restEncoder, run.length);
    encoder.writeClient(client);
    encoding.writeVarUint(encoder.restEncoder, run[0]?.id.clock ?? 0);
    for (const struct of run) struct.write(encoder, 0);
  }
  encoding.writeVarUint(encoder.restEncoder, deleted.size);
  for (const [client, ranges] of [...deleted].sort(([a], [b]) => b - a)) {
    encoding.writeVarUint(encoder.restEncoder, client);
    encoding.writeVarUint(encoder.restEncoder, ranges.length);
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder.restEncoder, clock);
      encoding.writeVarUint(encoder.restEncoder, len);
    }
  }
  return encoder.toUint8Array();
}
