import { Controller } from "@hotwired/stimulus";
import type { ToastKind } from "../lib/toast.ts";

const SECONDS_TO_READ = 6;

/** Words said in passing. They wait while the pointer or the focus is on them. */
export default class ToastsController extends Controller<HTMLElement> {
  static targets = ["list", "template", "toast"];
  declare readonly listTarget: HTMLElement;
  declare readonly templateTarget: HTMLTemplateElement;

  toastTargetConnected(toast: HTMLElement) {
    if (toast.dataset.kind !== "error") this.leaveLater(toast);
  }

  show({ detail }: CustomEvent<{ words: string; kind: ToastKind }>) {
    const copy = this.templateTarget.content.cloneNode(true) as DocumentFragment;
    const toast = copy.firstElementChild as HTMLElement;
    toast.dataset.kind = detail.kind;
    toast.querySelector("p")?.append(detail.words);
    this.listTarget.append(toast);
  }

  dismiss(event: Event) {
    (event.currentTarget as HTMLElement).closest("[data-toasts-target~=toast]")?.remove();
  }

  private leaveLater(toast: HTMLElement) {
    setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) this.leaveLater(toast);
      else toast.remove();
    }, SECONDS_TO_READ * 1000);
  }
}
