import { type Plugin, TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { type Asked, Asking } from "./asking.ts";
import type { Desk } from "./desk.ts";
import { drawn } from "./field_list.ts";
import { besideCaret } from "./place.ts";
import { schema } from "./schema.ts";

const PATIENCE = 120;
const asking = new Asking(
  "@",
  /(?:^|[\s(])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*){0,2})$/u,
  ({ spec }) => !spec.code,
);

/** A colleague who can be called. */
export interface Person {
  id: number;
  name: string;
  about: string;
}

/** The colleagues offered under the caret after an "@"; the one chosen is a link to them, and told at publication. */
export class Calling {
  private people: Person[] = [];
  private current = 0;
  private view: EditorView | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looked = "";

  constructor(
    private readonly box: HTMLElement,
    private readonly desk: Desk,
    private readonly said: (count: number) => void,
  ) {
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => this.clicked(event));
  }

  get isOpen(): boolean {
    return !this.box.hidden;
  }

  close(): void {
    if (this.view && asking.now(this.view.state)) asking.close(this.view);
    this.hide();
  }

  plugin(): Plugin {
    return asking.plugin({
      begun: (view) => {
        this.view = view;
      },
      keyed: (event) => this.isOpen && this.keyed(event),
      follow: (view) => this.follow(view),
      ended: () => this.hide(),
    });
  }

  private follow(view: EditorView): void {
    const asked = asking.now(view.state);
    if (!asked || !view.editable) {
      this.hide();
      return;
    }
    if (this.isOpen && asked.words === this.looked) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(asked.words), PATIENCE);
  }

  private async look(words: string): Promise<void> {
    const people = await this.desk.finder.people(words);
    const asked = this.view && asking.now(this.view.state);
    if (!people || !asked || asked.words !== words) return;
    this.looked = words;
    this.people = people;
    this.list.replaceChildren(...people.map((person, place) => this.option(person, place)));
    if (people.length) this.show(asked);
    else this.hide();
    this.said(people.length);
  }

  private get list(): HTMLElement {
    return this.box.querySelector<HTMLElement>("[role=listbox]") ?? this.box;
  }

  private option(person: Person, place: number): HTMLElement {
    const line = { icon: "user", name: person.name, about: person.about };
    return drawn(this.desk.mold("found"), line, `${this.list.id}-${place}`, place);
  }

  private show(asked: Asked): void {
    const { view } = this;
    if (!view) return;
    this.box.hidden = false;
    if (!this.box.matches(":popover-open")) this.box.showPopover?.();
    besideCaret(this.box, view.coordsAtPos(asked.from));
    view.dom.setAttribute("aria-controls", this.list.id);
    this.point(0);
  }

  private hide(): void {
    clearTimeout(this.timer);
    if (!this.isOpen) return;
    if (this.box.matches(":popover-open")) this.box.hidePopover?.();
    this.box.hidden = true;
    this.view?.dom.removeAttribute("aria-activedescendant");
    this.view?.dom.removeAttribute("aria-controls");
  }

  private keyed(event: KeyboardEvent): boolean {
    if (event.isComposing) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.point(this.current + by);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" || event.key === "Tab") this.pick(this.current);
    else return false;
    return true;
  }

  private clicked(event: Event): void {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) this.pick(Number(option.dataset.place));
  }

  private pick(place: number): void {
    const person = this.people[place];
    const { view } = this;
    const asked = view && asking.now(view.state);
    if (!person || !view || !asked) return;
    const link = schema.marks.link?.create({ href: `/people/${person.id}/` });
    const called = schema.text(`@${person.name}`, link ? [link] : []);
    const tr = view.state.tr.replaceWith(asked.from, asked.to, [called, schema.text("\u00a0")]);
    tr.setSelection(TextSelection.create(tr.doc, asked.from + person.name.length + 2));
    if (schema.marks.link) tr.removeStoredMark(schema.marks.link);
    view.dispatch(asking.closing(tr).scrollIntoView());
    this.hide();
    view.focus();
  }

  private point(place: number): void {
    const options = [...this.list.children];
    this.current = options.length ? (place + options.length) % options.length : 0;
    for (const [n, option] of options.entries())
      option.setAttribute("aria-selected", String(n === this.current));
    const option = options[this.current];
    option?.scrollIntoView?.({ block: "nearest" });
    if (option) this.view?.dom.setAttribute("aria-activedescendant", option.id);
  }
}
