import { Controller } from "@hotwired/stimulus";
import { lengthOf, mostOf } from "./length.ts";

const NEAR = 0.9;
const PAUSE = 300; // ms without a key before it is said, so that a voice does not read every letter's number

/** Under a field: how long its words are, once they come near what it takes, and that they are too long. Nothing is cut. */
export default class LengthController extends Controller<HTMLTextAreaElement> {
  static values = { near: String, over: String };
  declare readonly nearValue: string;
  declare readonly overValue: string;

  private readonly line = document.createElement("p");
  private timer: ReturnType<typeof setTimeout> | undefined;

  connect() {
    this.line.className = "count";
    this.line.setAttribute("role", "status");
    this.element.after(this.line);
    this.element.addEventListener("input", this.typed);
    this.tell();
  }

  disconnect() {
    clearTimeout(this.timer);
    this.element.removeEventListener("input", this.typed);
    this.line.remove();
  }

  private readonly typed = () => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), PAUSE);
  };

  private tell() {
    const { value } = this.element;
    const most = mostOf(this.element);
    const length = value.length < most * NEAR ? 0 : lengthOf(value);
    const isOver = length > most;
    this.line.classList.toggle("count--over", isOver);
    this.line.textContent = length < most * NEAR ? "" : this.said(isOver, length, most);
  }

  private said(isOver: boolean, length: number, most: number): string {
    const numbers: Record<string, number> = { length, most };
    return (isOver ? this.overValue : this.nearValue).replace(/%\((\w+)\)s/g, (_, name) =>
      (numbers[name] ?? 0).toLocaleString(document.documentElement.lang || "en"),
    );
  }
}
