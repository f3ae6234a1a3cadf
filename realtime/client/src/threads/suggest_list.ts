import { place } from "../lib/place.ts";

/** One line that can be chosen. */
export interface Choice {
  id: string;
  words: string; // what goes into the field
  name: string;
  about: string;
  face: Element;
}

let made = 0;

/** A list under or over a field, walked by arrows while the field keeps the focus. */
export class SuggestList {
  private readonly box = document.createElement("div");
  private readonly list = document.createElement("div");
  private readonly note = document.createElement("p");
  private readonly said = document.createElement("p");
  private choices: Choice[] = [];
  private current = 0;

  constructor(
    private readonly field: HTMLTextAreaElement,
    private readonly words: { label: string; offered: string },
    private readonly choose: (choice: Choice) => void,
  ) {
    made += 1;
    this.box.className = "suggestions";
    this.box.popover = "manual";
    this.list.id = `suggestions-${made}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", words.label);
    this.note.className = "suggestions__note";
    this.said.className = "hidden-visually";
    this.said.setAttribute("role", "status");
    this.box.append(this.list, this.note);
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.clicked(event));
    document.body.append(this.box, this.said);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-controls", this.list.id);
  }

  get isOpen(): boolean {
    return this.box.matches(":popover-open");
  }

  show(choices: Choice[], note = ""): void {
    this.choices = choices;
    if (!choices.length && !note) {
      this.close();
      return;
    }
    this.list.hidden = !choices.length;
    this.list.replaceChildren(...choices.map((choice, place) => this.option(choice, place)));
    this.note.textContent = note;
    this.note.hidden = !note;
    if (!this.isOpen) this.box.showPopover();
    place(this.box, this.field);
    this.said.textContent = [
      choices.length ? this.words.offered.replace("%s", String(choices.length)) : "",
      note,
    ].join(" ");
    this.point(0);
  }

  close(): void {
    if (this.isOpen) this.box.hidePopover();
    this.choices = [];
    this.said.textContent = "";
    this.field.removeAttribute("aria-activedescendant");
  }

  remove(): void {
    this.close();
    this.box.remove();
    this.said.remove();
  }

  /** Whether the list took the key. */
  keyed(event: KeyboardEvent): boolean {
    if (!this.isOpen || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.close();
    else if (!this.choices.length) return false;
    else if (step) this.point(this.current + step);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab")
      this.pick(this.current);
    else return false;
    return true;
  }

  private clicked(event: Event): void {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) this.pick(Number(option.dataset.place));
  }

  private pick(place: number): void {
    const choice = this.choices[place];
    this.close();
    if (choice) this.choose(choice);
  }

  private point(place: number): void {
    const options = [...this.list.children];
    if (!options.length) return;
    this.current = (place + options.length) % options.length;
    for (const [n, option] of options.entries())
      option.setAttribute("aria-selected", String(n === this.current));
    const option = options[this.current];
    option?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  private option(choice: Choice, place: number): HTMLElement {
    const option = document.createElement("div");
    option.id = `${this.list.id}-${place}`;
    option.dataset.place = String(place);
    option.setAttribute("role", "option");
    const name = document.createElement("b");
    name.textContent = choice.name;
    const about = document.createElement("span");
    about.textContent = choice.about;
    option.append(choice.face, name, about);
    return option;
  }
}
