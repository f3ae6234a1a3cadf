import { Controller } from "@hotwired/stimulus";
import { saying } from "../lib/saying.ts";

interface Cited {
  id: number;
  author: string;
  excerpt: string;
}

/**
 * The messages that a sentence rests on, chosen in the conversation beside it. Without a script they
 * are numbers in a field; with one the field hides and each is a chip that can be dropped.
 */
export default class CitingController extends Controller<HTMLElement> {
  static targets = ["list", "chip", "label"];
  declare readonly listTarget: HTMLElement;
  declare readonly chipTarget: HTMLTemplateElement;
  declare readonly labelTargets: HTMLElement[];

  private readonly labels = new Map<number, string>();

  connect() {
    for (const { dataset, textContent } of this.labelTargets)
      this.labels.set(Number(dataset.number), textContent ?? "");
    this.field.closest<HTMLElement>(".field")?.setAttribute("hidden", "");
    this.listTarget.hidden = false;
    this.draw();
  }

  add({ detail }: CustomEvent<Cited>) {
    this.labels.set(detail.id, saying(detail.author, detail.excerpt.slice(0, 60)));
    this.cited = [...new Set([...this.cited, detail.id])];
    this.element.querySelector<HTMLTextAreaElement>("textarea")?.focus();
  }

  drop(event: Event) {
    const chip = (event.target as Element).closest<HTMLElement>("[data-number]");
    this.cited = this.cited.filter((number) => number !== Number(chip?.dataset.number));
  }

  private get field(): HTMLInputElement {
    return this.element.querySelector("input[name=cited]") as HTMLInputElement;
  }

  private get cited(): number[] {
    return [...this.field.value.matchAll(/\d+/g)].map(([number]) => Number(number));
  }

  private set cited(numbers: number[]) {
    this.field.value = numbers.map((number) => `#${number}`).join(" ");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
  }

  private draw() {
    const chips = this.cited.map((number) => {
      const chip = this.chipTarget.content.firstElementChild?.cloneNode(true) as HTMLElement;
      chip.dataset.number = String(number);
      const words = chip.querySelector("span");
      if (words) words.textContent = this.labels.get(number) ?? `#${number}`;
      return chip;
    });
    if (chips.length) this.listTarget.replaceChildren(...chips);
    else this.listTarget.replaceChildren(this.listTarget.dataset.none ?? "");
  }
}
