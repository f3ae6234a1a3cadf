import { Controller } from "@hotwired/stimulus";

/** Shows a password while it is typed, for those who want to see it. */
export default class RevealController extends Controller<HTMLElement> {
  static targets = ["input", "button"];
  declare readonly inputTarget: HTMLInputElement;
  declare readonly buttonTarget: HTMLButtonElement;

  toggle() {
    const show = this.inputTarget.type === "password";
    this.inputTarget.type = show ? "text" : "password";
    this.buttonTarget.setAttribute("aria-pressed", String(show));
  }
}
