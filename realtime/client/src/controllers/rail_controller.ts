import { Controller } from "@hotwired/stimulus";
import { keep } from "../lib/cookie.ts";

/** Folds the left rail to icons, and remembers it. */
export default class RailController extends Controller<HTMLElement> {
  static targets = ["rail", "toggle"];
  declare readonly railTarget: HTMLElement;
  declare readonly toggleTarget: HTMLElement;

  connect() {
    this.say();
  }

  toggle() {
    const width = this.isNarrow() ? "wide" : "narrow";
    document.documentElement.dataset.rail = width;
    keep("parvis_rail", width);
    this.say();
  }

  private say() {
    this.toggleTarget.setAttribute("aria-expanded", String(!this.isNarrow()));
  }

  /** As it is seen: the width of the window decides where nobody chose. */
  private isNarrow(): boolean {
    return this.railTarget.getBoundingClientRect().width < 128;
  }
}
