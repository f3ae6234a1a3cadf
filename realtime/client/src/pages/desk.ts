import { Finder } from "./finder.ts";
import { Shown } from "./shown.ts";

/** The addresses of the page's own services. */
export interface Addresses {
  find: string;
  image: string;
  file: string;
  shown: string;
  messages: string;
  passages: string;
  talk: string;
  people: string;
}

/**
 * What the parts of the editor take from the page they stand in: its molds, its words in the person's language, its
 * addresses. All of them come from the template.
 */
export class Desk {
  readonly shown: Shown;
  readonly finder: Finder;
  private readonly said = new Map<string, string>();

  constructor(
    readonly root: HTMLElement,
    readonly addresses: Addresses,
  ) {
    this.shown = new Shown(addresses.shown);
    this.finder = new Finder(addresses.find, addresses.people);
    const words = root.querySelector<HTMLTemplateElement>("template[data-slot=words]");
    for (const one of words?.content.querySelectorAll<HTMLElement>("[data-word]") ?? []) {
      this.said.set(one.dataset.word ?? "", one.textContent?.trim() ?? "");
    }
  }

  /** A sentence of the template, with what is to be put into it: `{name}`. */
  say(word: string, parts: Record<string, string> = {}): string {
    const sentence = this.said.get(word) ?? "";
    return sentence.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? "");
  }

  /** A copy of the element that the template holds for this kind. */
  mold(kind: string): HTMLElement {
    const found = this.root.querySelector<HTMLTemplateElement>(`template[data-mold="${kind}"]`);
    const made = found?.content.firstElementChild?.cloneNode(true);
    if (!(made instanceof HTMLElement))
      throw new Error(`The template holds no mold for "${kind}".`);
    tighten(made);
    return made;
  }

  /** The one element of the editor with this slot. */
  slot<Kind extends HTMLElement = HTMLElement>(name: string): Kind {
    const found = this.root.querySelector<Kind>(`[data-slot="${name}"]`);
    if (!found) throw new Error(`The template holds no slot "${name}".`);
    return found;
  }
}

/** Spaces in a text that is being written are shown: those of the template are not meant. */
function tighten(mold: HTMLElement): void {
  const walker = document.createTreeWalker(mold, NodeFilter.SHOW_TEXT);
  const blank: Text[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (!text.data.trim()) blank.push(text);
  }
  for (const text of blank) text.remove();
}
