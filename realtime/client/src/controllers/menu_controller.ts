import { Controller } from "@hotwired/stimulus";
import { place } from "../lib/place.ts";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** A popover of commands: stands beside its button, and arrows walk through it. */
export default class MenuController extends Controller<HTMLElement> {
  toggled(event: ToggleEvent) {
    if (event.newState !== "open") return;
    const button = document.querySelector(`[popovertarget="${this.element.id}"]:not([hidden])`);
    if (button) place(this.element, button);
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

  private get items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("a[href], button:not([disabled])")];
  }
}
