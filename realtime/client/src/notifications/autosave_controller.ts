import { Controller } from "@hotwired/stimulus";
import { post } from "../lib/http.ts";

/** A form of choices that saves each as it is made, alone, and says so; the button does the same without a script. */
export default class AutosaveController extends Controller<HTMLFormElement> {
  static targets = ["said"];
  static values = { notNow: String };
  declare readonly saidTarget: HTMLElement;
  declare readonly notNowValue: string;

  private last = 0;

  async save({ target }: Event) {
    const { name } = target as HTMLInputElement | HTMLSelectElement;
    this.last += 1;
    const mine = this.last;
    const chosen = new FormData(this.element).getAll(name).map((value) => [name, String(value)]);
    const words = new URLSearchParams([["changed", name], ...chosen]);
    const answer = await post(this.element.action || location.href, words).catch(() => null);
    const said = answer ? await answer.json().catch(() => null) : null;
    if (mine === this.last)
      this.saidTarget.textContent =
        (said as { message: string } | null)?.message || this.notNowValue;
  }
}
