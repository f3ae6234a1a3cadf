import { Controller } from "@hotwired/stimulus";

/** Finding words in a conversation: Ctrl Shift F opens the field, and what was found is marked where it stands. */
export default class ThreadToolsController extends Controller<HTMLDetailsElement> {
  static targets = ["words"];
  static values = { words: Array };
  declare readonly wordsTarget: HTMLInputElement;
  declare readonly wordsValue: string[];

  connect() {
    if (this.wordsValue.length > 0) markFound(document.body, this.wordsValue);
  }

  disconnect() {
    if (typeof CSS !== "undefined" && "highlights" in CSS) CSS.highlights.delete("found");
  }

  pressed(event: KeyboardEvent) {
    const chord = (event.ctrlKey || event.metaKey) && event.shiftKey;
    if (!chord || event.key.toLowerCase() !== "f") return;
    event.preventDefault();
    this.element.open = true;
    this.wordsTarget.focus();
    this.wordsTarget.select();
  }
}

/** Mark the words of messages that begin like one of `words`, accents and case apart, without touching the text. */
export function markFound(root: HTMLElement, words: string[]): void {
  if (typeof Highlight === "undefined") return;
  const ranges: Range[] = [];
  for (const body of root.querySelectorAll("[data-slot=body]")) {
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      ranges.push(...found(node as Text, words));
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

function found(node: Text, words: string[]): Range[] {
  return [...node.data.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => words.some((asked) => fold(word).startsWith(asked)))
    .map(({ 0: word, index }) => {
      const range = new Range();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      return range;
    });
}

/** "Étuve" gives "etuve". */
export function fold(word: string): string {
  return word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
