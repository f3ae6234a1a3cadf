import { Controller } from "@hotwired/stimulus";

/** The pictures of a message, large, one after the other: arrows, Escape, or a click beside. */
export default class GalleryController extends Controller<HTMLElement> {
  private dialog: HTMLDialogElement | null = null;
  private place = 0;

  open(event: MouseEvent) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const link = event.currentTarget as HTMLAnchorElement;
    this.place = this.links.indexOf(link);
    this.dialog = this.build();
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.show();
  }

  disconnect() {
    this.dialog?.close();
  }

  private get links(): HTMLAnchorElement[] {
    return [...this.element.querySelectorAll<HTMLAnchorElement>(".files__picture > a")];
  }

  private build(): HTMLDialogElement {
    const mold = document.querySelector<HTMLTemplateElement>("template[data-gallery]");
    const dialog = mold?.content.firstElementChild?.cloneNode(true) as HTMLDialogElement;
    for (const [act, step] of [
      ["previous", -1],
      ["next", 1],
    ] as const) {
      const button = dialog.querySelector<HTMLElement>(`[data-act=${act}]`);
      if (button) button.hidden = this.links.length < 2;
      button?.addEventListener("click", () => this.go(step));
    }
    dialog.querySelector("[data-act=close]")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
    dialog.addEventListener("keydown", (event) => this.keyed(event));
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.links[this.place]?.focus();
    });
    return dialog;
  }

  private keyed(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
    const step = steps[event.key];
    event.stopPropagation();
    if (step && this.links.length > 1) this.go(step);
  }

  private go(step: number) {
    const many = this.links.length;
    this.place = (this.place + step + many) % many;
    this.show();
  }

  private show() {
    const link = this.links[this.place];
    const small = link?.querySelector("img");
    const image = this.dialog?.querySelector("img");
    const name = this.dialog?.querySelector("[data-part=name]");
    const original = this.dialog?.querySelector<HTMLAnchorElement>("[data-part=original]");
    if (!link || !small || !image || !name || !original) return;
    image.src = link.href;
    image.alt = small.alt;
    original.href = link.href;
    original.download = small.alt;
    const many = this.links.length;
    name.textContent = many > 1 ? `${small.alt} (${this.place + 1}/${many})` : small.alt;
  }
}
