/** One letter of a text that another took apart. */
export interface Taken {
  letter: string;
  /** How much it says that a letter elsewhere is this one: most of all where whoever copied it must have known it. */
  weight: number;
  /** Whoever made the copy may not have known it, so it need not be there. */
  isOptional: boolean;
}

/** The place of a letter: in which stretch of new letters, and where in it. */
export type Found = [stretch: number, at: number];

interface Space {
  stretch: number;
  start: number;
  end: number;
}

interface Block {
  space: Space;
  score: number;
  pairs: [taken: number, at: number][];
}

/** Past it the two ends are compared alone. */
const MOST = 2_000_000;
const SURE = 4;
/** What leaving a letter out costs, in weight. */
const LEFT_OUT = 1000;

/** Where the letters of a text that are elsewhere now are there, in their order; null for what is nowhere. */
export function pair(taken: Taken[], given: string[][]): (Found | null)[] {
  const found: (Found | null)[] = taken.map(() => null);
  const fill = (from: number, to: number, spaces: Space[]) => {
    const needed = taken.slice(from, to).filter(({ isOptional }) => !isOptional).length;
    const block = spaces
      .map((space) => alike(taken, from, to, given[space.stretch] ?? [], space))
      .reduce<Block | null>((best, one) => (one.score > (best?.score ?? 0) ? one : best), null);
    if (!block || block.pairs.length < Math.max(1, Math.min(SURE, needed))) return;
    for (const [n, at] of block.pairs) found[n] = [block.space.stretch, at];
    const [first, last] = [block.pairs[0], block.pairs.at(-1)] as [
      [number, number],
      [number, number],
    ];
    const { stretch, start, end } = block.space;
    const rest = spaces.filter((space) => space !== block.space);
    fill(from, first[0], [{ stretch, start, end: first[1] }, ...rest]);
    fill(last[0] + 1, to, [{ stretch, start: last[1] + 1, end }, ...rest]);
  };
  fill(
    0,
    taken.length,
    given.map((letters, stretch) => ({ stretch, start: 0, end: letters.length })),
  );
  return found;
}

/** The best local alignment (Smith and Waterman): no letter for another, few left out. */
function alike(taken: Taken[], from: number, to: number, given: string[], space: Space): Block {
  const { start, end } = space;
  if ((to - from) * (end - start) > MOST) return endsAlike(taken, from, to, given, space);
  const width = end - start + 1;
  const scores = new Int32Array((to - from + 1) * width);
  let best = 0;
  for (let n = from; n < to; n++) {
    const { letter, weight, isOptional } = taken[n] as Taken;
    for (let at = start; at < end; at++) {
      const here = (n - from + 1) * width + at - start + 1;
      const same = given[at] === letter ? weight + (scores[here - width - 1] ?? 0) : 0;
      const without = (scores[here - width] ?? 0) - (isOptional ? 0 : LEFT_OUT);
      scores[here] = Math.max(0, same, without, (scores[here - 1] ?? 0) - LEFT_OUT);
      if ((scores[here] ?? 0) > (scores[best] ?? 0)) best = here;
    }
  }
  const pairs: Block["pairs"] = [];
  for (let here = best; scores[here]; ) {
    const [n, at] = [from + Math.floor(here / width) - 1, start + (here % width) - 1];
    const { letter, weight, isOptional } = taken[n] as Taken;
    const score = scores[here] ?? 0;
    if (given[at] === letter && score === weight + (scores[here - width - 1] ?? 0)) {
      pairs.unshift([n, at]);
      here -= width + 1;
    } else if (score === (scores[here - width] ?? 0) - (isOptional ? 0 : LEFT_OUT)) here -= width;
    else here -= 1;
  }
  return { space, score: scores[best] ?? 0, pairs };
}

function endsAlike(taken: Taken[], from: number, to: number, given: string[], space: Space): Block {
  const most = Math.min(to - from, space.end - space.start);
  const isSame = (n: number, at: number) => given[at] === taken[n]?.letter;
  let before = 0;
  while (before < most && isSame(from + before, space.start + before)) before++;
  let after = 0;
  while (after < most - before && isSame(to - 1 - after, space.end - 1 - after)) after++;
  const pairs: Block["pairs"] = [];
  for (let n = 0; n < before; n++) pairs.push([from + n, space.start + n]);
  for (let n = after; n > 0; n--) pairs.push([to - n, space.end - n]);
  return { space, score: pairs.reduce((sum, [n]) => sum + (taken[n]?.weight ?? 0), 0), pairs };
}
