import { setIcon } from "../lib/icon.ts";

/** One line of a list under a field. */
export interface Line {
  icon: string;
  name: string;
  about: string;
  choose: () => void;
}

let made = 0;

/** A field and the list that belongs to it, walked by arrows while the field keeps the focus. */
export class FieldList {
  private lines: Line[] = [];
  private current = 0;

  constructor(
    private readonly field: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly mold: () => HTMLElement,
  ) {
    made += 1;
    list.id ||= `editor-list-${made}`;
    field.setAttribute("aria-controls", list.id);
    field.addEventListener("keydown", (event) => this.keyed(event) && event.preventDefault());
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.clicked(event));
  }

  show(lines: Line[]): void {
    this.lines = lines;
    this.list.hidden = !lines.length;
    this.list.replaceChildren(...lines.map((line, place) => this.option(line, place)));
    this.field.setAttribute("aria-expanded", String(lines.length > 0));
    this.point(0);
  }

  /** Chooses the line that is pointed at; whether there was one. */
  choose(): boolean {
    const line = this.lines[this.current];
    line?.choose();
    return Boolean(line);
  }

  private keyed(event: KeyboardEvent): boolean {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return false;
    if (by && this.lines.length) this.point(this.current + by);
    else if (event.key === "Enter") return this.choose() || true;
    else return false;
    return true;
  }

  private clicked(event: Event): void {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) this.lines[Number(option.dataset.place)]?.choose();
  }

  private point(place: number): void {
    const options = [...this.list.children];
    this.current = options.length ? (place + options.length) % options.length : 0;
    for (const [n, option] of options.entries()) {
      option.setAttribute("aria-selected", String(n === this.current));
    }
    const option = options[this.current];
    option?.scrollIntoView?.({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  private option(line: Line, place: number): HTMLElement {
    return drawn(this.mold(), line, `${this.list.id}-${place}`, place);
  }
}

/** A line as an option of a list, in a mold of it. */
export function drawn(
  option: HTMLElement,
  { icon, name, about }: Omit<Line, "choose">,
  id: string,
  place: number,
): HTMLElement {
  option.id = id;
  option.dataset.place = String(place);
  const title = option.querySelector("b");
  const rest = option.querySelector("span");
  if (title) title.textContent = name;
  if (rest) rest.textContent = about;
  setIcon(option, icon);
  return option;
}
