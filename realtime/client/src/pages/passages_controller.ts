import { Controller } from "@hotwired/stimulus";

const NAME = "passage";

/** In a page that is read: the words that are talked about are marked, and a press on a quotation leads to them. */
export default class PassagesController extends Controller<HTMLElement> {
  private readonly ranges = new Map<Element, Range>();

  connect() {
    const text = document.querySelector<HTMLElement>("main .prose");
    if (!text) return;
    for (const card of this.element.querySelectorAll<HTMLElement>("[data-passage]")) {
      const range = wordsIn(text, card.dataset.quote ?? "");
      if (range) this.ranges.set(card, range);
    }
    if ("highlights" in CSS) CSS.highlights.set(NAME, new Highlight(...this.ranges.values()));
  }

  disconnect() {
    if ("highlights" in CSS) CSS.highlights.delete(NAME);
    this.ranges.clear();
  }

  show({ currentTarget }: Event) {
    const card = (currentTarget as Element).closest("[data-passage]");
    const range = card && this.ranges.get(card);
    const { startContainer } = range ?? {};
    startContainer?.parentElement?.scrollIntoView({ block: "center", behavior: "smooth" });
  }
}

/** The first place where the words of `quote` stand in an element, whatever the elements between them. */
export function wordsIn(element: HTMLElement, quote: string): Range | null {
  const sought = quote.replace(/\s+/g, " ").trim();
  if (!sought) return null;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const places: [Text, number][] = [];
  let letters = "";
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    for (const [at, letter] of [...text.data].entries()) {
      const isSpace = /\s/.test(letter);
      if (isSpace && (!letters || letters.endsWith(" "))) continue;
      letters += isSpace ? " " : letter;
      places.push([text, at]);
    }
  }
  const begins = letters.indexOf(sought);
  const first = places[begins];
  const last = places[begins + sought.length - 1];
  if (begins < 0 || !first || !last) return null;
  const range = document.createRange();
  range.setStart(...first);
  range.setEnd(last[0], last[1] + 1);
  return range;
}
