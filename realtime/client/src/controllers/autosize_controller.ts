import { Controller } from "@hotwired/stimulus";

/** A textarea as tall as its words; the style sheet sets the least and the most. */
export default class AutosizeController extends Controller<HTMLTextAreaElement> {
  private readonly fit = () => {
    this.element.style.blockSize = "auto";
    const borders = this.element.offsetHeight - this.element.clientHeight;
    this.element.style.blockSize = `${this.element.scrollHeight + borders}px`;
  };

  connect() {
    this.fit();
    this.element.addEventListener("input", this.fit);
  }

  disconnect() {
    this.element.removeEventListener("input", this.fit);
  }
}
