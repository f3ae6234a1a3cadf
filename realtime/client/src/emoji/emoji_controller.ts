import { Controller } from "@hotwired/stimulus";
import { chooseEmoji } from "./choose.ts";

/**
 * A button that offers the emoji. With `data-emoji-into-value="id"` the chosen one goes into that
 * field where the caret is; it is always told as `emoji:chosen`, with `detail.emoji`.
 */
export default class EmojiController extends Controller<HTMLElement> {
  static values = { into: String };
  declare readonly intoValue: string;

  async choose() {
    const field = document.getElementById(this.intoValue);
    const emoji = await chooseEmoji(this.element, field ?? this.element);
    if (!emoji) return;
    if (field instanceof HTMLTextAreaElement) write(field, emoji);
    this.dispatch("chosen", { detail: { emoji } });
  }
}

function write(field: HTMLTextAreaElement, words: string) {
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
