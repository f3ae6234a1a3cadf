import { Controller } from "@hotwired/stimulus";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** Ctrl K: search and go to. htmx brings the results; arrows choose one, Enter goes there. */
export default class PaletteController extends Controller<HTMLElement> {
  static targets = ["dialog", "input", "results"];
  declare readonly dialogTarget: HTMLDialogElement;
  declare readonly inputTarget: HTMLInputElement;
  declare readonly resultsTarget: HTMLElement;
  declare readonly hasDialogTarget: boolean;

  open(event: Event) {
    if (!this.hasDialogTarget || event.defaultPrevented) return; // in a text that is written it makes a link
    event.preventDefault();
    if (!this.dialogTarget.open) this.dialogTarget.showModal();
    this.inputTarget.select();
  }

  close() {
    this.dialogTarget.close();
  }

  beside(event: MouseEvent) {
    if (event.target === this.dialogTarget) this.close();
  }

  /** New results: the first one is chosen. */
  arrived() {
    this.choose(this.options[0]);
  }

  walk(event: KeyboardEvent) {
    if (event.key === "Enter") this.go(event);
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const options = this.options;
    this.choose(options.at((options.indexOf(this.chosen as HTMLElement) + step) % options.length));
  }

  private go(event: KeyboardEvent) {
    if (!this.chosen) return;
    event.preventDefault();
    this.chosen.click();
  }

  private get options(): HTMLElement[] {
    return [...this.resultsTarget.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private get chosen(): HTMLElement | null {
    return this.resultsTarget.querySelector<HTMLElement>('[aria-selected="true"]');
  }

  private choose(option: HTMLElement | undefined) {
    for (const [index, other] of this.options.entries()) {
      other.id ||= `palette-option-${index}`;
      other.setAttribute("aria-selected", String(other === option));
    }
    this.inputTarget.setAttribute("aria-expanded", String(Boolean(option)));
    this.inputTarget.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }
}
