import { Controller } from "@hotwired/stimulus";
import { live } from "../live/index.ts";

const PACE = 400;

/**
 * The line under a list of conversations that says how many were begun since. The list itself stays as it is under
 * the hands of whoever reads it. What moved is not told, so the server is asked, with the rights of then.
 */
export default class BegunController extends Controller<HTMLElement> {
  static values = { me: Number, stream: String, head: Number, url: String };
  declare readonly meValue: number;
  declare readonly streamValue: string;
  declare readonly headValue: number;
  declare readonly urlValue: string;

  private stop: () => void = () => {};
  private again: ReturnType<typeof setTimeout> | undefined;

  connect() {
    this.stop = live(this.meValue).watch(this.streamValue, this.headValue, {
      quiet: true,
      event: () => this.soon(),
      reset: () => this.soon(),
    });
  }

  disconnect() {
    this.stop();
    clearTimeout(this.again);
  }

  private soon() {
    this.again ??= setTimeout(() => void this.ask(), PACE);
  }

  private async ask() {
    this.again = undefined;
    const answer = await fetch(this.urlValue, {
      credentials: "same-origin",
      redirect: "error",
    }).catch(() => null);
    if (!answer?.ok) return;
    const line = (await answer.text()).trim();
    if (line !== this.element.innerHTML) this.element.innerHTML = line;
  }
}
