import { Controller } from "@hotwired/stimulus";

/** Choosing people: whoever is ticked among those found moves to those chosen, and the search begins anew. */
export default class PeopleController extends Controller<HTMLElement> {
  static targets = ["chosen", "found", "query"];
  declare readonly chosenTarget: HTMLElement;
  declare readonly foundTarget: HTMLElement;
  declare readonly queryTarget: HTMLInputElement;

  choose(event: Event) {
    const box = event.target as HTMLInputElement;
    const person = box.closest("label");
    if (!person || !box.checked) return;
    this.chosenTarget.append(person);
    this.foundTarget.replaceChildren();
    this.queryTarget.value = "";
    this.queryTarget.focus();
  }

  /** Enter in the search chooses nothing and sends nothing. */
  stay(event: KeyboardEvent) {
    event.preventDefault();
  }
}
