import { languages } from "./choose.ts";

interface Entry {
  emoji: string;
  annotation: string;
  tags?: string[];
  shortcodes?: string[];
}

export interface EmojiFound {
  emoji: string;
  name: string;
}

let known: Promise<Entry[]> | null = null;

/** Emoji whose name or words begin with `typed`, accents or not; the best first. */
export async function emojiBy(typed: string, most = 8): Promise<EmojiFound[]> {
  known ??= load().catch((error) => {
    known = null;
    throw error;
  });
  return rank(await known, typed, most);
}

async function load(): Promise<Entry[]> {
  const locale = document.documentElement.lang.startsWith("fr") ? "fr" : "en";
  const { data } = await languages[locale]();
  const answer = await fetch(data);
  return (await answer.json()) as Entry[];
}

/** Exact words first, then names that begin so, then any other word that does; each group in the usual order. */
export function rank(entries: Entry[], typed: string, most: number): EmojiFound[] {
  const wanted = fold(typed);
  return entries
    .map((entry, place) => ({ entry, place, score: score(entry, wanted) }))
    .filter(({ score }) => score < NEVER)
    .sort((a, b) => a.score - b.score || a.place - b.place)
    .slice(0, most)
    .map(({ entry }) => ({ emoji: entry.emoji, name: entry.annotation }));
}

const NEVER = 4;

function score({ annotation, tags = [], shortcodes = [] }: Entry, wanted: string): number {
  const name = fold(annotation);
  const words = [...tags, ...shortcodes].map(fold);
  if (name === wanted || shortcodes.map(fold).includes(wanted)) return 0;
  if (words.includes(wanted)) return 1;
  if (name.startsWith(wanted)) return 2;
  const parts = [name, ...words].flatMap((word) => word.split(/[^\p{L}\p{N}]+/u));
  return parts.some((part) => part.startsWith(wanted)) ? 3 : NEVER;
}

/** Lower case, without accents; words joined by "_" as shortcodes are. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("_", " ");
}
