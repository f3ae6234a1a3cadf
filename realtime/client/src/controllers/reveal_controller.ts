import { Controller } from "@hotwired/stimulus";

/** Shows a password while it is typed, to those who want to see it. */
export default class RevealController extends Controller<HTMLElement> {
  static targets = ["button"];
  declare readonly buttonTarget: HTMLButtonElement;

  toggle() {
    const field = this.element.querySelector("input");
    if (!field) return;
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    this.buttonTarget.setAttribute("aria-pressed", String(show));
  }
}
