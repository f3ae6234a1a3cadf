import { Controller } from "@hotwired/stimulus";
import { place } from "../lib/place.ts";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** A popover of commands: stands beside its button, and arrows walk through it. */
export default class MenuController extends Controller<HTMLElement> {
  toggled(event: ToggleEvent) {
    if (event.newState !== "open") return;
    if (this.button) place(this.element, this.button);
    this.items[0]?.focus();
  }

  walk(event: KeyboardEvent) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const items = this.items;
    const here = items.indexOf(document.activeElement as HTMLElement);
    items.at((here + step + items.length) % items.length)?.focus();
  }

  /** The one in sight: the wide and the small screens have each their own. */
  private get button(): Element | undefined {
    const all = document.querySelectorAll(`[popovertarget="${this.element.id}"]`);
    return [...all].find((button) => button.getClientRects().length > 0);
  }

  private get items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("a[href], button:not([disabled])")];
  }
}
