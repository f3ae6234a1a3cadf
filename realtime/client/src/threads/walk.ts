import { Backoff } from "../live/backoff.ts";
import type { MessageList } from "./message_list.ts";
import { rowInSight } from "./sight.ts";

const MOST_ROWS = 300;
const LINKS = "[data-thread-target=older], [data-thread-target=newer]";
const AHEAD = "800px 0px"; // a stretch is fetched before its end is in sight

/** What walking through a conversation needs of the screen. */
export interface Ground {
  list: HTMLElement;
  scroller: HTMLElement;
  messages: MessageList;
  url: string;
  /** The links "earlier" and "later" as the server draws them, with an address to complete. */
  more: { older: HTMLTemplateElement; newer: HTMLTemplateElement };
  /** Says whether later messages are left out of the list. */
  leavesOut(isCut: boolean): void;
  failed(): void;
}

/**
 * Walking through a long conversation: stretches come as one nears an end of the list, and go at the other end,
 * without moving what is being read. The links stay, for those who would rather press them.
 */
export class Walk {
  private isBusy = false;
  private isOver = false;
  private readonly backoff = new Backoff(4_000, 60_000);
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly watcher: IntersectionObserver | null;

  constructor(private readonly ground: Ground) {
    const root = ground.scroller === document.documentElement ? null : ground.scroller;
    this.watcher =
      typeof IntersectionObserver === "undefined"
        ? null
        : new IntersectionObserver((entries) => this.near(entries), { root, rootMargin: AHEAD });
  }

  /** Fetch as soon as this link nears. */
  watch(link: Element): void {
    this.watcher?.observe(link);
  }

  stop(): void {
    this.isOver = true;
    clearTimeout(this.again);
    this.watcher?.disconnect();
  }

  /** A link that stayed in sight is not told of again by itself: look at all of them afresh. */
  watchAgain(): void {
    clearTimeout(this.again);
    if (this.isOver) return;
    this.watcher?.disconnect();
    for (const link of this.ground.list.querySelectorAll(LINKS)) this.watch(link);
  }

  /** The line is back: what failed is tried at once. */
  wake(): void {
    this.backoff.reset();
    if (!this.isBusy) this.watchAgain();
  }

  private near(entries: IntersectionObserverEntry[]): void {
    const link = entries.find((entry) => entry.isIntersecting)?.target as HTMLElement | undefined;
    if (!link) return;
    const where = link.dataset.threadTarget === "older" ? "above" : "below";
    void this.extend(where, this.backoff.failures === 0);
  }

  /** Add the stretch above or below what is shown; that it fails is told to one who asked. */
  async extend(where: "above" | "below", isAsked = true): Promise<void> {
    const name = where === "above" ? "older" : "newer";
    const link = this.ground.list.querySelector<HTMLElement>(`[data-thread-target=${name}]`);
    const address = link?.querySelector("a")?.href;
    if (this.isBusy || !link || !address) return;
    this.isBusy = true;
    const html = await this.fetched(address, isAsked);
    this.isBusy = false;
    if (html === null) return this.tryLater();
    this.backoff.reset();
    if (link.isConnected) this.put(link, html, where);
    this.watchAgain();
  }

  private tryLater(): void {
    clearTimeout(this.again);
    if (!this.isOver) this.again = setTimeout(() => this.watchAgain(), this.backoff.next());
  }

  private put(link: HTMLElement, html: string, where: "above" | "below"): void {
    keepRow(this.ground, () => {
      link.remove();
      this.ground.messages.merge(html, where);
      this.tidyLinks();
      this.shorten(where);
    });
    this.ground.leavesOut(this.isCut);
  }

  /** Show the stretch at an address instead of what is shown; whether it came. */
  async show(query: string): Promise<boolean> {
    const html = await this.fetched(`${this.ground.url}${query}`);
    if (html === null) return false;
    const pending = [...this.ground.list.querySelectorAll("li[data-state]")];
    for (const row of this.ground.messages.rows()) this.ground.messages.drop(row);
    this.ground.list.replaceChildren();
    this.ground.messages.merge(html, "below");
    this.ground.list.append(...pending);
    this.ground.leavesOut(this.isCut);
    return true;
  }

  private get isCut(): boolean {
    return this.ground.list.querySelector("[data-thread-target=newer]") !== null;
  }

  /** A stretch brings its own links: only those at the ends are left. */
  private tidyLinks(): void {
    const { list } = this.ground;
    const rows = this.ground.messages.rows();
    for (const link of list.querySelectorAll("[data-thread-target=older]"))
      if (rows[0] && !precedes(link, rows[0])) link.remove();
    for (const link of list.querySelectorAll("[data-thread-target=newer]")) {
      const last = rows.at(-1);
      if (last && precedes(link, last)) link.remove();
    }
  }

  /** What is far behind goes, so that the page stays light; the link there brings it back. */
  private shorten(where: "above" | "below"): void {
    const end = where === "above" ? "last" : "first";
    if (!this.ground.messages.trim(end, MOST_ROWS)) return;
    const { list, messages, more, url } = this.ground;
    const rows = messages.rows();
    const name = end === "first" ? "older" : "newer";
    for (const link of list.querySelectorAll(`[data-thread-target=${name}]`)) link.remove();
    const link = more[name].content.firstElementChild?.cloneNode(true) as HTMLElement;
    const query =
      end === "first" ? `?before=${rows[0]?.dataset.seq}` : `?after=${rows.at(-1)?.dataset.seq}`;
    link.querySelector("a")?.setAttribute("href", `${url}${query}`);
    if (end === "first") list.prepend(link);
    else list.append(link);
  }

  private async fetched(address: string, isTold = true): Promise<string | null> {
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(
      () => null,
    );
    if (answer?.ok) return answer.text();
    if (isTold) this.ground.failed();
    return null;
  }
}

/** Change the list without moving the row that is being read. */
export function keepRow(
  { scroller, messages }: Pick<Ground, "scroller" | "messages">,
  change: () => void,
): void {
  const anchor = rowInSight(scroller, messages.rows());
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
}

function precedes(one: Node, other: Node): boolean {
  return Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}
