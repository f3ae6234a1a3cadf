import { Controller } from "@hotwired/stimulus";

/** Someone else's player comes only when the reader agrees to call it. */
export default class EmbedController extends Controller<HTMLElement> {
  static values = { src: String, title: String };
  declare readonly srcValue: string;
  declare readonly titleValue: string;

  open() {
    const frame = document.createElement("iframe");
    frame.src = this.srcValue;
    frame.title = this.titleValue;
    frame.allowFullscreen = true;
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    this.element.classList.add("embed--open");
    this.element.replaceChildren(frame);
    frame.focus();
  }
}
