import type { EditorView } from "prosemirror-view";
import type { Desk } from "./desk.ts";
import { FieldList } from "./field_list.ts";

export const PATIENCE = 150;

/** A dialog with a field, and the list of what is found for its words: the slots `NAME-dialog`, `-field`, `-found`, `-note`. */
export abstract class FindDialog {
  protected readonly dialog: HTMLDialogElement;
  protected readonly field: HTMLInputElement;
  protected readonly list: FieldList;
  protected timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    protected readonly desk: Desk,
    protected readonly view: EditorView,
    private readonly name: string,
    /** What is said where somebody chooses and the list is empty. */
    private readonly nothing: string,
  ) {
    this.dialog = desk.slot<HTMLDialogElement>(`${name}-dialog`);
    this.field = desk.slot<HTMLInputElement>(`${name}-field`);
    this.list = new FieldList(this.field, desk.slot(`${name}-found`), () => desk.mold("found"));
    this.field.addEventListener("input", () => this.typed());
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    this.dialog.addEventListener("close", () => this.view.focus());
  }

  /** Opens it empty, with what is found for no words. */
  open(): void {
    if (!this.view.editable) return;
    this.field.value = "";
    this.list.show([]);
    this.note("");
    this.dialog.showModal();
    this.field.focus();
    void this.search();
  }

  protected abstract search(words?: string): Promise<void>;

  protected typed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.search(), PATIENCE);
  }

  /** What a button of the dialog does. */
  protected act(name: string | undefined): void {
    if (name === "choose" && !this.list.choose()) this.note(this.desk.say(this.nothing));
    else if (name === "close") this.dialog.close();
  }

  protected note(words: string): void {
    this.desk.slot(`${this.name}-note`).textContent = words;
  }

  private clicked(event: Event): void {
    const act = (event.target as Element).closest<HTMLElement>("[data-act]")?.dataset.act;
    this.act(event.target === this.dialog ? "close" : act);
  }
}
