import { Controller } from "@hotwired/stimulus";
import { live } from "../live/index.ts";

const PACE = 300;

/** The points of a synthesis: they come back whole when somebody changed one, unless one is being acted on here. */
export default class SynthesisController extends Controller<HTMLElement> {
  static values = { stream: String, me: Number, url: String, head: Number };
  declare readonly streamValue: string;
  declare readonly meValue: number;
  declare readonly urlValue: string;
  declare readonly headValue: number;

  private stop: () => void = () => undefined;
  private again: ReturnType<typeof setTimeout> | undefined;

  connect() {
    this.stop = live(this.meValue).watch(this.streamValue, this.headValue, {
      quiet: true,
      event: ({ kind }) => kind === "synthesis.changed" && this.soon(),
      reset: () => this.soon(),
    });
  }

  disconnect() {
    this.stop();
    clearTimeout(this.again);
  }

  private soon() {
    clearTimeout(this.again);
    this.again = setTimeout(() => void this.refresh(), PACE);
  }

  private async refresh() {
    if (this.element.contains(document.activeElement)) {
      this.soon();
      return;
    }
    const answer = await fetch(this.urlValue, { headers: { "X-Requested-With": "fetch" } }).catch(
      () => null,
    );
    const html = answer?.ok ? await answer.text() : "";
    if (html && this.element.isConnected) this.element.outerHTML = html;
  }
}
