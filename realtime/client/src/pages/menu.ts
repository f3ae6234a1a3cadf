import type { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { Asking } from "./asking.ts";
import { besideCaret } from "./place.ts";

const asking = new Asking(
  "/",
  /(?:^|\s)\/([\p{L}\p{N}\p{M} -]{0,24})$/u,
  ({ name }) => name === "paragraph",
);

/** Words without accents and capitals, to compare. */
export function plain(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/**
 * The list of what can be put into the text: under the caret after a "/", filtered by what is typed, or under the
 * button of the toolbar. It is the same list, and says its lines in the page's language.
 */
export class InsertMenu {
  private readonly options: HTMLElement[];
  private current = 0;
  private view: EditorView | null = null;
  private isOfButton = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly run: (command: string) => void,
    private readonly said: (count: number) => void,
  ) {
    this.options = [...box.querySelectorAll<HTMLElement>("[role=option]")];
    for (const [n, option] of this.options.entries()) option.id = `${this.list.id}-${n}`;
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener(
      "keydown",
      (event) => this.isOfButton && this.keyed(event) && event.preventDefault(),
    );
    this.list.addEventListener("blur", () => this.isOfButton && this.close());
  }

  get isOpen(): boolean {
    return !this.box.hidden;
  }

  /** The plugin that opens it where somebody types "/". */
  plugin(): Plugin {
    return asking.plugin({
      begun: (view) => {
        this.view = view;
      },
      keyed: (event) => this.isOpen && !this.isOfButton && this.keyed(event),
      follow: (view) => this.follow(view),
      ended: () => this.hide(),
    });
  }

  /** Under a button: the list has the focus until something is chosen. */
  openAt(button: Element): void {
    this.isOfButton = true;
    this.filter("");
    this.show(button.getBoundingClientRect());
    this.list.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    const wasOfButton = this.isOfButton;
    this.hide();
    if (wasOfButton) this.view?.focus();
    else if (this.view) asking.close(this.view);
  }

  private get list(): HTMLElement {
    return this.box.querySelector<HTMLElement>("[role=listbox]") ?? this.box;
  }

  private get visible(): HTMLElement[] {
    return [...this.list.children].filter(
      (option): option is HTMLElement => option instanceof HTMLElement && !option.hidden,
    );
  }

  private follow(view: EditorView): void {
    if (this.isOfButton) return;
    const asked = asking.now(view.state);
    if (!asked || !view.editable) {
      if (this.isOpen) this.hide();
      return;
    }
    this.filter(asked.words);
    if (!this.visible.length) {
      this.hide();
      return;
    }
    const { left, top, bottom } = view.coordsAtPos(asked.from);
    this.show(new DOMRect(left, top, 0, bottom - top));
    view.dom.setAttribute("aria-controls", this.list.id);
    view.dom.setAttribute("aria-activedescendant", this.visible[this.current]?.id ?? "");
  }

  /** The lines that a word of theirs begins as asked, those whose name does first. */
  private filter(words: string): void {
    const wanted = plain(words);
    const before = this.visible.map(({ id }) => id).join();
    for (const option of this.options) option.hidden = rank(option, wanted) === 0;
    const sorted = [...this.options].sort((a, b) => rank(b, wanted) - rank(a, wanted));
    this.list.replaceChildren(...sorted);
    if (this.isOpen && before === this.visible.map(({ id }) => id).join()) return;
    this.point(0);
    this.said(this.visible.length);
  }

  private keyed(event: KeyboardEvent): boolean {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return false;
    if (by) this.point(this.current + by);
    else if (event.key === "Home" && this.isOfButton) this.point(0);
    else if (event.key === "End" && this.isOfButton) this.point(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" || event.key === "Tab") this.pick(this.visible[this.current]);
    else return false;
    return true;
  }

  private clicked(event: Event): void {
    this.pick((event.target as Element).closest<HTMLElement>("[role=option]"));
  }

  private pick(option: HTMLElement | null | undefined): void {
    const command = option?.dataset.command;
    const { view } = this;
    if (!command || !view) return;
    const asked = asking.now(view.state);
    if (asked) view.dispatch(asking.closing(view.state.tr.delete(asked.from, asked.to)));
    this.hide();
    view.focus();
    this.run(command);
  }

  private point(place: number): void {
    const { visible } = this;
    this.current = visible.length ? (place + visible.length) % visible.length : 0;
    for (const option of this.options) {
      option.setAttribute("aria-selected", String(option === visible[this.current]));
    }
    const option = visible[this.current];
    option?.scrollIntoView?.({ block: "nearest" });
    const holder = this.isOfButton ? this.list : this.view?.dom;
    if (option && this.isOpen) holder?.setAttribute("aria-activedescendant", option.id);
  }

  private show(at: DOMRect): void {
    this.box.hidden = false;
    if (!this.box.matches(":popover-open")) this.box.showPopover?.();
    besideCaret(this.box, at);
  }

  private hide(): void {
    if (this.box.matches(":popover-open")) this.box.hidePopover?.();
    this.box.hidden = true;
    this.isOfButton = false;
    this.view?.dom.removeAttribute("aria-activedescendant");
    this.view?.dom.removeAttribute("aria-controls");
  }
}

/** How well a line answers what was typed: 0 for not at all. */
function rank(option: HTMLElement, wanted: string): number {
  const name = plain(option.querySelector("b")?.textContent ?? "");
  if (name.startsWith(wanted)) return 3;
  const begins = (told: string) =>
    told.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted));
  if (begins(name)) return 2;
  return begins(plain(option.dataset.find ?? "")) ? 1 : 0;
}
