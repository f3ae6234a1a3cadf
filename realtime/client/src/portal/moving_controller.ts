import { Controller } from "@hotwired/stimulus";
import { live } from "../live/index.ts";

const PACE = 400;
const NEW_ONES = 60_000;

/**
 * A block of a page where things move, such as that of the front page. It follows the conversations it lists, without
 * being among those who are there, and asks for itself again when one moves, once in a while for
 * those it does not list yet, and when it is looked at again.
 */
export default class MovingController extends Controller<HTMLElement> {
  static targets = ["row"];
  static values = { me: Number, url: String };
  declare readonly rowTargets: HTMLElement[];
  declare readonly meValue: number;
  declare readonly urlValue: string;

  private stops: (() => void)[] = [];
  private again: ReturnType<typeof setTimeout> | undefined;
  private isDue = false;

  connect() {
    const watcher = {
      quiet: true,
      event: () => this.soon(),
      reset: () => this.soon(),
      gone: () => this.soon(),
    };
    const client = live(this.meValue);
    this.stops = this.rowTargets.map(({ dataset }) =>
      client.watch(dataset.stream ?? "", Number(dataset.head), watcher),
    );
    document.addEventListener("visibilitychange", this.looked);
    this.later(NEW_ONES);
  }

  disconnect() {
    for (const stop of this.stops) stop();
    document.removeEventListener("visibilitychange", this.looked);
    clearTimeout(this.again);
  }

  private readonly looked = () => {
    if (!document.hidden) this.soon();
  };

  soon() {
    if (this.isDue) return;
    this.isDue = true;
    this.later(PACE);
  }

  private later(wait: number) {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.refresh(), wait);
  }

  /** The block comes back whole and takes the place of this one, unless somebody is in it. */
  private async refresh() {
    this.isDue = false;
    const isBusy = document.hidden || this.element.contains(document.activeElement);
    const html = isBusy ? "" : await this.fetched();
    if (html) this.element.outerHTML = html;
    else if (this.element.isConnected) this.later(NEW_ONES);
  }

  private async fetched(): Promise<string> {
    try {
      const answer = await fetch(this.urlValue, { credentials: "same-origin", redirect: "error" });
      return answer.ok ? await answer.text() : "";
    } catch {
      return "";
    }
  }
}
