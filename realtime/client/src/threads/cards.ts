import { setIcon } from "../lib/icon.ts";
import { mold } from "./words.ts";

export interface Card {
  icon: string;
  title: string;
  place: string;
  line: string;
}

const MOST = 3; // under one message
const TOGETHER = 20; // in one question to the server
const SOON = 60;
const NEAR = "300px";
const OURS = /^\/(threads|messages|spaces|pages|people|teams|files\/documents)\/./;

const known = new Map<string, Promise<Card | null>>();
let asked: { path: string; answer: (card: Card | null) => void }[] = [];

/**
 * Show under some words what their links to our own addresses lead to, once they are nearly in sight. The
 * server is asked for this reader; a link that is not open to them stays a link. Returns how to take it back.
 */
export function showCards(words: HTMLElement): () => void {
  const links = ownLinks(words);
  if (!links.length) return () => {};
  const list = document.createElement("div");
  list.className = "link-cards";
  const sight = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.isIntersecting) return;
      sight.disconnect();
      void fill(list, words, links);
    },
    { rootMargin: NEAR },
  );
  sight.observe(words);
  return () => {
    sight.disconnect();
    list.remove();
  };
}

/** The addresses of ours that words link to, without those in a quotation and those of a mention. */
export function ownLinks(words: HTMLElement): string[] {
  const links = [...words.querySelectorAll<HTMLAnchorElement>("a[href]:not([class])")];
  const own = links.filter(
    (link) =>
      link.origin === location.origin && OURS.test(link.pathname) && !link.closest("blockquote"),
  );
  return [...new Set(own.map(target))].slice(0, MOST);
}

/** `/threads/3/#m-7` is about message 7. */
function target(link: HTMLAnchorElement): string {
  const message = /^#m-(\d+)$/.exec(link.hash);
  return message ? `/messages/${message[1]}/` : link.pathname;
}

async function fill(list: HTMLElement, words: HTMLElement, links: string[]): Promise<void> {
  const cards = await Promise.all(links.map(cardOf));
  links.forEach((path, place) => {
    const card = cards[place];
    const drawn = card && draw(path, card);
    if (drawn) list.append(drawn);
  });
  if (list.childElementCount && words.isConnected) words.after(list);
}

function draw(path: string, card: Card): HTMLElement | null {
  const link = mold<HTMLAnchorElement>("card");
  if (!link) return null;
  link.href = path;
  setIcon(link, card.icon);
  for (const part of ["title", "place", "line"] as const) {
    const place = link.querySelector(`.link-card__${part}`);
    if (card[part] && place) place.textContent = card[part];
    else place?.remove();
  }
  return link;
}

function cardOf(path: string): Promise<Card | null> {
  let card = known.get(path);
  if (!card) {
    card = new Promise((answer) => {
      if (!asked.length) setTimeout(ask, SOON);
      asked.push({ path, answer });
    });
    known.set(path, card);
  }
  return card;
}

/** One question for all that came in sight together. */
async function ask(): Promise<void> {
  const all = asked;
  asked = [];
  for (let start = 0; start < all.length; start += TOGETHER) {
    const some = all.slice(start, start + TOGETHER);
    const cards = await fetched(some.map(({ path }) => path));
    for (const { path, answer } of some) {
      if (!cards) known.delete(path); // the line broke: asked again at the next sight
      answer(cards?.[path] ?? null);
    }
  }
}

async function fetched(paths: string[]): Promise<Record<string, Card> | null> {
  const query = new URLSearchParams(paths.map((path) => ["path", path]));
  const answer = await fetch(`/cards/?${query}`, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return null;
  return ((await answer.json()) as { cards: Record<string, Card> }).cards;
}
