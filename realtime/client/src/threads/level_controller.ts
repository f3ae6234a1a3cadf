import { Controller } from "@hotwired/stimulus";
import { post } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";

/** Following and muting from the head of a conversation or a space, without leaving one's place in it. */
export default class LevelController extends Controller<HTMLElement> {
  static targets = ["button", "voice"];
  static values = { notNow: String };
  declare readonly buttonTarget: HTMLElement;
  declare readonly voiceTarget: HTMLElement;
  declare readonly notNowValue: string;

  async choose(event: SubmitEvent) {
    const chosen = event.submitter as HTMLButtonElement | null;
    if (!chosen) return;
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    form.closest<HTMLElement>("[popover]")?.hidePopover?.();
    const answer = await post(form.action, new URLSearchParams({ level: chosen.value })).catch(
      () => null,
    );
    if (answer?.ok) {
      this.show(chosen);
      this.dispatch("chosen");
    } else toast(this.notNowValue, "error");
  }

  private show(chosen: HTMLButtonElement) {
    for (const item of this.element.querySelectorAll("[role=menuitemradio]"))
      item.setAttribute("aria-checked", String(item === chosen));
    for (const face of this.buttonTarget.querySelectorAll<HTMLElement>("[data-level]"))
      face.hidden = face.dataset.level !== chosen.value;
    this.buttonTarget.focus();
    this.voiceTarget.textContent =
      this.buttonTarget.querySelector("[data-level]:not([hidden])")?.textContent?.trim() ?? "";
  }
}
