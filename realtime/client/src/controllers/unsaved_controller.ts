import { Controller } from "@hotwired/stimulus";

/** Asks before words that were not saved are left behind. */
export default class UnsavedController extends Controller<HTMLFormElement> {
  private before = "";
  private leaving = (event: BeforeUnloadEvent) => {
    if (this.words() !== this.before) event.preventDefault();
  };

  connect() {
    this.before = this.words();
    window.addEventListener("beforeunload", this.leaving);
  }

  disconnect() {
    window.removeEventListener("beforeunload", this.leaving);
  }

  saved() {
    this.before = this.words();
  }

  private words(): string {
    const pairs = [...new FormData(this.element)].map(([name, value]) =>
      value instanceof File ? [name, value.name] : [name, value],
    );
    return JSON.stringify(pairs);
  }
}
