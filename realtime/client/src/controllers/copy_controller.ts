import { Controller } from "@hotwired/stimulus";
import { toast } from "../lib/toast.ts";

/** Copies an address or a text, and says so in the words it was given. */
export default class CopyController extends Controller<HTMLElement> {
  static values = { text: String, said: String };
  declare readonly textValue: string;
  declare readonly saidValue: string;

  async copy(event: Event) {
    event.preventDefault();
    const href = this.element.getAttribute("href");
    await navigator.clipboard.writeText(this.textValue || new URL(href ?? "", location.href).href);
    toast(this.saidValue, "success");
  }
}
