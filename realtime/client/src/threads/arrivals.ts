import { goToEnd } from "./place.ts";
import { edgesOf } from "./sight.ts";

const ABOVE = 32; // pixels left above the line, so that one sees what it stands below

/** What following what arrives needs of the screen. */
export interface Screen {
  list: HTMLElement;
  scroller: HTMLElement;
  /** The line "new since", as the server draws it. */
  line: HTMLTemplateElement;
  /** The button that leads to the end. */
  button: HTMLElement;
}

/**
 * What arrives while one is at the end is followed as long as all of it is in sight. When more comes at once, or
 * nobody looks, a line stands where it begins, the view stays there, and a button leads on.
 */
export class Arrivals {
  /** Where what was not seen yet begins. */
  private first: HTMLElement | null = null;

  constructor(private readonly screen: Screen) {}

  /** A row came, from somebody else; `wasAtEnd` before it did. */
  come(row: HTMLElement, wasAtEnd: boolean): void {
    if (!this.first?.isConnected) this.first = row;
    if (document.hidden) this.draw(this.first);
    if (wasAtEnd) this.follow();
    else this.screen.button.hidden = false;
  }

  /** Go to the end, but not past where what was not seen begins. */
  follow(): void {
    const { scroller, button } = this.screen;
    goToEnd(scroller);
    const { top } = edgesOf(scroller, null);
    if (!this.first?.isConnected || this.first.getBoundingClientRect().top >= top) return;
    const line = this.draw(this.first);
    scroller.scrollTop -= top + ABOVE - line.getBoundingClientRect().top;
    button.hidden = false;
  }

  /** All was seen. */
  seen(): void {
    this.first = null;
    this.screen.button.hidden = true;
  }

  private draw(first: HTMLElement): Element {
    const before = first.previousElementSibling;
    if (before?.matches("[data-unread-line]")) return before;
    const { list, line } = this.screen;
    for (const other of list.querySelectorAll("[data-unread-line]")) other.remove();
    const drawn = line.content.firstElementChild?.cloneNode(true) as Element;
    first.before(drawn);
    first.classList.remove("message--run");
    return drawn;
  }
}
