/** What is being typed that asks for a list: "@" and a name, ":" and the word of an emoji. */
export interface Trigger {
  sign: "@" | ":";
  typed: string;
  start: number; // of the sign in the field
  end: number; // the caret
}

const NAME =
  /(?:^|[^\p{L}\p{N}_@\]])@((?:[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*(?: [\p{L}\p{N}]?[\p{L}\p{M}\p{N}'’.-]*){0,3})?)$/u;
const EMOJI = /(?:^|[\s(]):([\p{L}\p{M}\p{N}_+-]{2,30})$/u;
const FURTHEST = 60; // characters before the caret that are looked at

/** The trigger that ends at the caret, null when none does. Code calls nobody. */
export function triggerAt(value: string, caret: number): Trigger | null {
  const before = value.slice(0, caret);
  if ((before.match(/`/g)?.length ?? 0) % 2) return null;
  const near = before.slice(-FURTHEST);
  const [sign, match] = [["@", NAME.exec(near)] as const, [":", EMOJI.exec(near)] as const].find(
    ([, found]) => found,
  ) ?? ["@", null];
  if (!match) return null;
  const typed = match[1] ?? "";
  return { sign, typed, start: caret - typed.length - 1, end: caret };
}
