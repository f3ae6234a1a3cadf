import { Controller } from "@hotwired/stimulus";

const PACE = 200;

/** Suggests the names of people while one is being typed. */
export default class NamesController extends Controller<HTMLElement> {
  static targets = ["field", "list"];
  static values = { url: String };
  declare readonly fieldTarget: HTMLInputElement;
  declare readonly listTarget: HTMLDataListElement;
  declare readonly urlValue: string;

  private timer: ReturnType<typeof setTimeout> | undefined;

  fieldTargetConnected(field: HTMLInputElement) {
    field.addEventListener("input", this.typed);
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  private readonly typed = () => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.suggest(this.fieldTarget.value.trim()), PACE);
  };

  private async suggest(words: string) {
    const answer = words
      ? await fetch(`${this.urlValue}?q=${encodeURIComponent(words)}`, { redirect: "error" }).catch(
          () => null,
        )
      : null;
    const { names } = answer?.ok ? ((await answer.json()) as { names: string[] }) : { names: [] };
    if (this.fieldTarget.value.trim() !== words) return;
    this.listTarget.replaceChildren(
      ...names.map((name) => {
        const option = document.createElement("option");
        option.value = name;
        return option;
      }),
    );
  }
}
