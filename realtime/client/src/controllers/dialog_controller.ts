import { Controller } from "@hotwired/stimulus";

/** Opens and closes the <dialog> it holds. Escape is the browser's. */
export default class DialogController extends Controller<HTMLElement> {
  static targets = ["dialog"];
  declare readonly dialogTarget: HTMLDialogElement;

  open(event: Event) {
    event.preventDefault();
    this.dialogTarget.showModal();
  }

  close() {
    this.dialogTarget.close();
  }

  /** A click on the backdrop arrives at the dialog itself. */
  beside(event: MouseEvent) {
    if (event.target === this.dialogTarget) this.close();
  }
}
