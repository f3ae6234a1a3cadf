import { Controller } from "@hotwired/stimulus";
import { post } from "../lib/http.ts";
import { saying } from "../lib/saying.ts";
import { toast } from "../lib/toast.ts";

/** How a choice ended; a template of the form draws each. */
type Outcome = "saved" | "refused" | "unsaved";

const CONTROLS = "input:not([type=hidden]), select";

/**
 * A form of choices that saves each as it is made, alone, one after the other, and says beside it
 * what became of it. One that was refused or not heard stays as it was chosen and can be tried
 * again: by its button, by that of the form, or as the line comes back.
 */
export default class AutosaveController extends Controller<HTMLFormElement> {
  static targets = ["place", "said", "outcome"];
  static values = { notNow: String, allSaved: String };
  declare readonly placeTargets: HTMLElement[];
  declare readonly saidTarget: HTMLElement;
  declare readonly outcomeTargets: HTMLTemplateElement[];
  declare readonly notNowValue: string;
  declare readonly allSavedValue: string;

  private readonly chosen = new Set<string>(); // and not sent yet
  private readonly unsaved = new Set<string>(); // sent, and not kept
  private sending: Promise<void> | null = null;
  private leaving = (event: BeforeUnloadEvent) => {
    if (this.sending || this.unsaved.size) event.preventDefault();
  };

  connect() {
    window.addEventListener("beforeunload", this.leaving);
  }

  disconnect() {
    window.removeEventListener("beforeunload", this.leaving);
  }

  save({ target }: Event) {
    this.chosen.add((target as HTMLInputElement | HTMLSelectElement).name);
    void this.send();
  }

  again(): Promise<void> {
    for (const name of this.unsaved) this.chosen.add(name);
    return this.send();
  }

  async submit(event: SubmitEvent) {
    event.preventDefault();
    await this.again();
    const [first] = this.unsaved;
    if (first === undefined) toast(this.allSavedValue, "success");
    else this.controls(first)[0]?.focus();
  }

  private send(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** One after the other, so that what was chosen last is kept last. */
  private async sendAll() {
    for (const name of this.chosen) {
      this.chosen.delete(name);
      const choice = new FormData(this.element).getAll(name).map((value) => [name, String(value)]);
      const words = new URLSearchParams([["changed", name], ...choice]);
      const answer = await post(this.element.action, words).catch(() => null);
      const said = (await answer?.json().catch(() => null)) as { message: string } | null;
      if (!this.chosen.has(name)) this.ended(name, answer, said?.message);
    }
  }

  private ended(name: string, answer: Response | null, message: string | undefined) {
    if (answer?.ok && message) {
      this.unsaved.delete(name);
      for (const old of this.element.querySelectorAll("[data-outcome=saved]")) old.remove();
      this.show(name, "saved", message);
    } else {
      this.unsaved.add(name);
      const isRefused = answer?.status === 422 && message;
      this.show(name, isRefused ? "refused" : "unsaved", isRefused ? message : this.notNowValue);
    }
  }

  private show(name: string, outcome: Outcome, message: string) {
    const place = this.placeTargets.find((one) => one.dataset.name === name);
    const template = this.outcomeTargets.find((one) => one.dataset.name === outcome);
    const shown = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!place || !shown) return;
    shown.id = `id_${name}_error`;
    shown.dataset.outcome = outcome;
    (shown.querySelector("[data-words]") ?? shown).append(message);
    const had = place.querySelectorAll("[data-outcome], .errorlist");
    const held = [...had].some((old) => old.contains(document.activeElement));
    for (const old of had) old.remove();
    (place.querySelector(".field") ?? place).append(shown);
    place.querySelector(".field")?.classList.toggle("field--wrong", outcome === "refused");
    this.describe(place, name, outcome, shown.id);
    if (held) this.controls(name)[0]?.focus();
    this.saidTarget.textContent = saying(place.dataset.label ?? "", message);
  }

  /** What is said of a control is read with it. */
  private describe(place: HTMLElement, name: string, outcome: Outcome, id: string) {
    const controls = this.controls(name);
    for (const control of controls) {
      if (outcome === "refused") control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    const group = place.querySelector("fieldset");
    for (const described of group ? [group] : controls) {
      const told = described.getAttribute("aria-describedby")?.split(" ") ?? [];
      const ids = [...told.filter((one) => one !== id), ...(outcome === "saved" ? [] : [id])];
      if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
      else described.removeAttribute("aria-describedby");
    }
  }

  private controls(name: string): HTMLElement[] {
    const place = this.placeTargets.find((one) => one.dataset.name === name);
    return [...(place?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
  }
}
