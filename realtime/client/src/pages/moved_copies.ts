// Which letters of a copy are such as were taken away in this tab, for moved.ts: whoever made it had not heard of that.
//
// Letters are told by what they are and where they stand, so that one that somebody typed may look like one that was
// taken away here. It must not go for that: where in doubt a letter is twice there, and not lost.

import type * as Y from "yjs";
import { indexOf, isMade, type Letter, type Place, type Source } from "./moved_letters.ts";
import type { Lost } from "./moved_memory.ts";

/** Forgets where letters taken away here went, unless they are in a copy that was made by who had not heard. */
export function forgetUnlikely(
  source: Source,
  change: Y.Transaction,
  lost: Lost,
  isAll: boolean,
): void {
  const inRow = inOneRow(source);
  const left = source.letters.filter(({ state, went }) => state === "lost" && !went);
  const unlikely = source.letters.filter(
    (letter) =>
      letter.state === "lost" &&
      !(isAll && letter.went && inRow.has(letter) && isCopy(letter, source, left, change, lost)),
  );
  for (const letter of unlikely) letter.went = null;
}

/** The letters that are in a copy in one row with others that went, or begin it. */
function inOneRow({ letters }: Source): Set<Letter> {
  const sure = new Set<Letter>(letters.filter(({ state }) => state === "gone"));
  const known = letters.filter(({ isAgain, went }) => went || !isAgain);
  const look = (step: 1 | -1) => {
    for (let n = step > 0 ? 0 : known.length - 1; known[n]; n += step) {
      const letter = known[n] as Letter;
      const beside = known[n - step];
      if (letter.state !== "lost" || !letter.went) continue;
      const isNext =
        step > 0 ? follows(beside?.went, letter.went) : follows(letter.went, beside?.went);
      const isFirst =
        step > 0 && indexOf(letter.went) === 0 && (beside?.state ?? "stays") === "stays";
      if (isFirst || (beside && sure.has(beside) && isNext)) sure.add(letter);
    }
  };
  look(1);
  look(-1);
  return sure;
}

const follows = (one: Place | null | undefined, next: Place | null | undefined): boolean =>
  Boolean(one && next && one.text === next.text && indexOf(one) + one.size === indexOf(next));

/** Whether a letter that is in somebody's copy may be taken out of it. `left` are those that are in no copy. */
function isCopy(
  letter: Letter,
  { isDeleted, letters }: Source,
  left: Letter[],
  change: Y.Transaction,
  lost: Lost,
): boolean {
  const { text, client } = letter.went ?? letter;
  if (!isDeleted && !isMade(text, change)) return false;
  // who types a letter of their own has not copied one that was taken away here
  if (lost.hasHeard(client, letter)) return false;
  // where each moved what the other did not, both would take the other's copy away
  const isTheirs = client < change.doc.clientID && lost.isElsewhere(letter);
  if (isTheirs && left.some((other) => lost.isElsewhere(other))) return false;
  // who knew it knew these too, and would have copied them
  return !left.some(
    (other) =>
      lost.isKnownWith(letter, other) ||
      (letter.client === client &&
        other.client === client &&
        letters.indexOf(other) > letters.indexOf(letter) &&
        lost.wentWith(letter, other)),
  );
}
