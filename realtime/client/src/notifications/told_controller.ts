import { Controller } from "@hotwired/stimulus";
import { post } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";

const PACE = 300;

/** The list of an inbox: comes back whole when something came in or was read, here or on another screen. */
export default class ToldController extends Controller<HTMLElement> {
  static values = { notNow: String };
  declare readonly notNowValue: string;

  private again: ReturnType<typeof setTimeout> | undefined;
  private address = location.href;

  disconnect() {
    clearTimeout(this.again);
  }

  soon() {
    clearTimeout(this.again);
    this.again = setTimeout(() => void this.refresh(), PACE);
  }

  /** Marking happens in place; what holds the focus keeps it. */
  async submitted(event: SubmitEvent) {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    const words = new URLSearchParams(
      [...new FormData(form, event.submitter)].map(([name, value]) => [name, String(value)]),
    );
    const answer = await post(form.action, words).catch(() => null);
    if (!answer?.ok) {
      toast(this.notNowValue, "error");
      return;
    }
    const undo = answer.status === 200 ? ((await answer.json()) as { undo: string }).undo : "";
    const address = new URL(location.href);
    address.searchParams.delete("undo");
    if (undo) address.searchParams.set("undo", undo);
    this.address = address.href;
    await this.refresh();
  }

  private async refresh() {
    clearTimeout(this.again);
    const html = await this.fetched();
    if (!html) return;
    const focused = this.element.contains(document.activeElement) ? document.activeElement?.id : "";
    this.element.innerHTML = html;
    if (focused) (document.getElementById(focused) ?? this.first)?.focus();
  }

  /** Where the focus goes when what held it is gone. */
  private get first(): HTMLElement | null {
    return this.element.querySelector("form button, a[href]");
  }

  private async fetched(): Promise<string> {
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(this.address, { credentials: "same-origin", headers }).catch(
      () => null,
    );
    return answer?.ok && !answer.redirected ? answer.text() : "";
  }
}
