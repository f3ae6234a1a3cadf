import { Controller } from "@hotwired/stimulus";
import { toast } from "../lib/toast.ts";
import { showCards } from "./cards.ts";
import { mold } from "./words.ts";

/** What the words of a message gain: code that copies, "Show more" where they are long, cards of our own links. */
export default class WordsController extends Controller<HTMLElement> {
  private readonly changes = new MutationObserver(() => this.dress());
  private more: HTMLElement | null = null;
  private stopCards = () => {};

  connect() {
    if (this.element.closest("li")?.matches(":target")) this.element.dataset.open = "";
    this.dress();
  }

  disconnect() {
    this.changes.disconnect();
    this.undress();
  }

  private dress() {
    this.changes.disconnect();
    this.undress();
    for (const code of this.element.querySelectorAll<HTMLElement>("pre")) addCopy(code);
    if (this.element.classList.contains("message__body--long")) this.fold();
    this.stopCards = showCards(this.element);
    this.changes.observe(this.element, { childList: true });
  }

  private undress() {
    this.more?.remove();
    this.more = null;
    this.stopCards();
  }

  private fold() {
    this.more = mold("more");
    if (!this.more) return;
    this.more.addEventListener("click", () => this.toggle());
    this.element.after(this.more);
    this.tell();
  }

  private toggle() {
    this.element.toggleAttribute("data-open");
    this.tell();
    if (!this.isOpen) this.element.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  private tell() {
    this.more?.setAttribute("aria-expanded", String(this.isOpen));
  }

  private get isOpen(): boolean {
    return "open" in this.element.dataset;
  }
}

function addCopy(code: HTMLElement): void {
  const button = mold("copy");
  if (!button || code.parentElement?.classList.contains("code__block")) return;
  const block = document.createElement("div");
  block.className = "code__block";
  code.replaceWith(block);
  block.append(code, button);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent ?? "");
    toast(button.dataset.said ?? "", "success");
  });
}
