import { Controller } from "@hotwired/stimulus";

/** On narrower screens the aside is a sheet that opens over the page. */
export default class SheetController extends Controller<HTMLElement> {
  static targets = ["sheet", "button", "behind"];
  declare readonly sheetTarget: HTMLElement;
  declare readonly buttonTarget: HTMLElement;
  declare readonly behindTargets: HTMLElement[];

  open() {
    this.turn(true);
    this.sheetTarget.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.turn(false);
    this.buttonTarget.focus();
  }

  /** A touch beside the sheet closes it. */
  beside(event: MouseEvent) {
    if (!(event.target instanceof Node)) return;
    if (this.sheetTarget.contains(event.target) || this.buttonTarget.contains(event.target)) return;
    this.close();
  }

  private speakAsDialog(open: boolean) {
    this.sheetTarget.role = open ? "dialog" : "complementary";
    this.sheetTarget.ariaModal = open ? "true" : null;
  }

  private get isOpen(): boolean {
    return "open" in this.sheetTarget.dataset;
  }

  private turn(open: boolean) {
    this.sheetTarget.toggleAttribute("data-open", open);
    this.buttonTarget.setAttribute("aria-expanded", String(open));
    this.speakAsDialog(open);
    for (const element of this.behindTargets) element.inert = open;
  }
}
